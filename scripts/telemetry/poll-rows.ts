import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Row } from './rows.ts';

export interface Verdict {
  readonly what: string;
  /** Undefined: it holds. */
  readonly wrong: string | undefined;
  /** Milliseconds until it held, or was given up. */
  readonly afterMs: number;
}

export interface PollRowsOptions {
  readonly deadlineMs: number;
  readonly intervalMs?: number;
  readonly signal: AbortSignal;
  readonly note?: (text: string) => void;
}

// The backends share the machine with everything else: few questions at once.
const atOnce = 4;

/** Asks all rows again and again until each that is not rare holds or the deadline has passed. What held once has held. */
export async function pollRows(rows: readonly Row[], options: PollRowsOptions): Promise<Verdict[]> {
  const { deadlineMs, intervalMs = 1_000, signal, note } = options;
  const startedAt = performance.now();
  const verdicts = new Map<Row, Verdict>();
  const ask = async (row: Row): Promise<void> => {
    const wrong = await row.ask().catch((error: unknown) => messageOf(error));
    verdicts.set(row, { what: row.what, wrong, afterMs: performance.now() - startedAt });
  };
  for (;;) {
    const open = rows.filter((row) => verdicts.get(row)?.wrong !== undefined || !verdicts.has(row));
    for (let at = 0; at < open.length; at += atOnce) {
      signal.throwIfAborted();
      await Promise.all(open.slice(at, at + atOnce).map(ask));
    }
    const awaited = rows.filter(({ rare }) => !rare);
    const left = awaited.filter((row) => verdicts.get(row)?.wrong !== undefined);
    note?.(`${awaited.length - left.length} of ${awaited.length} hold`);
    if (left.length === 0 || performance.now() - startedAt > deadlineMs) break;
    await delay(intervalMs, undefined, { signal });
  }
  return rows.flatMap((row) => verdicts.get(row) ?? []);
}
