import { v5 as uuidv5 } from 'uuid';
import { type RunFinished, runFinishedType } from '#contracts/events/ai-tasks.ts';
import { aiTasksTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import { aiOutbox } from './outbox.ts';
import { endRun, type RunEnd } from './runs.ts';

const source = '/services/ai-orchestrator';

/**
 * Ends a run and tells of it, in one transaction. @returns whether it ended now: a repeat changes nothing.
 */
export function closeRun(
  database: Database,
  end: RunEnd,
  trace?: Readonly<Record<string, string>>,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const run = await endRun(transaction, end);
    if (!run) return false;
    const data: RunFinished = {
      runId: run.id,
      definition: run.definition.id,
      version: run.definition.version,
      outcome: end.status,
      trigger: run.trigger,
      error: end.error,
      finishedAt: run.finishedAt,
    };
    const id = uuidv5(`finished/${run.attempt}`, run.id);
    const event = { id, type: runFinishedType, source, subject: run.id, time: run.finishedAt, data };
    const message = encodeEvent(event, aiTasksTopic.name, run.id);
    await aiOutbox.insert(transaction, [{ message, trace: trace ?? run.trace }]);
    return true;
  });
}
