import type { WindowKind } from '#contracts/events/analytics.ts';
import type { StoredWindow } from '../database/windows.ts';
import { emptyAggregate } from '../domain/aggregate.ts';
import { opening } from './happenings.ts';

/** A closed window of ten seconds, or of another kind, with nothing in it. */
export const storedWindow = (id: number, kind: WindowKind = 'tumbling-10s'): StoredWindow => ({
  id,
  kind,
  startsAt: opening + id * 10_000,
  endsAt: opening + (id + 1) * 10_000,
  closedAt: opening,
  aggregate: emptyAggregate(),
});

/** Closed windows as PostgreSQL has them, growing by `close`. */
export function windowStore(first = 0) {
  const windows: StoredWindow[] = [];
  const asked: number[] = [];
  const close = (count: number, kind: WindowKind = 'tumbling-10s'): void => {
    for (let more = 0; more < count; more += 1) windows.push(storedWindow(first + windows.length + 1, kind));
  };
  return {
    close,
    asked,
    windowsAfter: (id: number, limit: number): Promise<StoredWindow[]> => {
      asked.push(id);
      return Promise.resolve(windows.filter((window) => window.id > id).slice(0, limit));
    },
    idOfLatestBut: (count: number): Promise<number> => Promise.resolve(windows.at(-1 - count)?.id ?? 0),
  };
}
