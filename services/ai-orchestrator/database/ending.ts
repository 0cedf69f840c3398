import type { Database } from '#platform/database/database.ts';
import { runFinishedEvent } from '../delivery/ai-events.ts';
import { aiOutbox } from './outbox.ts';
import { endRun, type RunEnd } from './runs.ts';

/**
 * Ends a run and tells of it, in one transaction.
 *
 * @param trace W3C trace context; that of what started the run unless told.
 * @returns whether it ended now: a repeat changes nothing.
 */
export function closeRun(
  database: Database,
  end: RunEnd,
  trace?: Readonly<Record<string, string>>,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const run = await endRun(transaction, end);
    if (!run) return false;
    const { finishedAt } = run;
    const message = runFinishedEvent({ run, outcome: end.status, error: end.error, finishedAt });
    await aiOutbox.insert(transaction, [{ message, trace: trace ?? run.trace }]);
    return true;
  });
}
