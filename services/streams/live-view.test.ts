import { expect, it, vi } from 'vitest';
import { quietLog } from '#platform/testing/recording-log.ts';
import { addTotal, emptyAggregate } from './domain/aggregate.ts';
import { paneMs, paneOf } from './domain/windows.ts';
import { LiveView, type RecentPane } from './live-view.ts';

/** Panes that began so many panes ago, each with one accepted order. */
const panesBefore = (...ago: number[]): RecentPane[] =>
  ago.map((panes) => {
    const aggregate = emptyAggregate();
    addTotal(aggregate, 'accepted', 1);
    return { startsAt: paneOf(Date.now()) - panes * paneMs, aggregate };
  });

function setUp(panes: readonly RecentPane[], away = false) {
  const kept = new Map<string, string>();
  const failing = (): Promise<never> => Promise.reject(new Error('redis is away'));
  const cache = {
    get: away ? failing : (key: string) => Promise.resolve(kept.get(key)),
    put: away
      ? failing
      : ({ key }: { key: string }, body: string) => Promise.resolve(void kept.set(key, body)),
  };
  const recentPanes = vi.fn(() => Promise.resolve(panes));
  return { kept, recentPanes, view: new LiveView({ cache, recentPanes, log: quietLog() }) };
}

it('adds up the last minute and the last five', async () => {
  const { view } = setUp(panesBefore(0, 1, 4, 8, 20));
  await view.refresh(Date.UTC(2026, 0, 1));
  const { lastMinute, lastFiveMinutes, watermark } = await view.read();
  expect([lastMinute.orders, lastFiveMinutes.orders]).toEqual([3, 5]);
  expect(watermark).toBe('2026-01-01T00:00:00.000Z');
});

it('is read from Redis while it is there', async () => {
  const { view, recentPanes } = setUp(panesBefore(0));
  await view.refresh(undefined);
  await view.read();
  await view.read();
  expect(recentPanes).toHaveBeenCalledTimes(1);
});

// Guard: the view is made again from PostgreSQL.
it.each(['', 'no JSON', '{"of": "another version"}'])('is made again when Redis has "%s"', async (text) => {
  const { view, kept } = setUp(panesBefore(0));
  await view.refresh(undefined);
  for (const key of kept.keys()) kept.set(key, text);
  if (text === '') kept.clear();
  expect((await view.read()).lastMinute.orders).toBe(1);
  expect([...kept.values()].join()).toContain('lastMinute');
});

it('is made from PostgreSQL while Redis is away', async () => {
  const { view } = setUp(panesBefore(0), true);
  await view.refresh(Number.NEGATIVE_INFINITY);
  expect(await view.read()).toMatchObject({ watermark: null, lastMinute: { orders: 1 } });
});
