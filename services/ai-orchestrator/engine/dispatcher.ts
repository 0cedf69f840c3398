import type { Database } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { closeRun } from '../database/ending.ts';
import { abandonedRuns, takeWaiting, unheardStops } from '../database/runs.ts';
import type { Engine } from './engine.ts';

export interface DispatchOptions {
  /** The most runs in the engine's queue; others wait in front of it, where they cost nothing. */
  readonly maxQueued: number;
}

const mostAtOnce = 100;

/** Runs in the engine's queue that nobody works on yet. */
export async function queueDepth(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    "select count(*) from dbos.workflow_status where queue_name = 'runs' and status = 'ENQUEUED'",
  );
  return rows[0]?.count ?? 0;
}

/**
 * Hands waiting runs to the engine while it has room. A run is marked in the transaction in which it is handed over, and
 * carries its own id: whoever is killed in between, it comes again and is there already.
 *
 * @returns whether there is more to do.
 */
export async function dispatch(
  database: Database,
  engine: Pick<Engine, 'start'>,
  { maxQueued }: DispatchOptions,
): Promise<boolean> {
  const handed = await exclusively(database, 'ai-orchestrator.dispatch', async (transaction) => {
    const room = Math.min(mostAtOnce, maxQueued - (await queueDepth(transaction)));
    if (room <= 0) return 0;
    const runs = await takeWaiting(transaction, room);
    await Promise.all(runs.map(({ timeoutSeconds, ...run }) => engine.start(run, timeoutSeconds * 1_000)));
    return runs.length;
  });
  return handed === mostAtOnce;
}

/**
 * Brings books and engine together: tells of runs that the engine has ended by itself (out of time, or failed in every
 * replica), and the engine of those that somebody has stopped.
 *
 * @returns whether there is more to do.
 */
export async function settle(database: Database, engine: Pick<Engine, 'stop'>): Promise<boolean> {
  for (const id of await unheardStops(database, mostAtOnce)) await engine.stop(id);
  const abandoned = await abandonedRuns(database, mostAtOnce);
  for (const { id, engineStatus } of abandoned) {
    const error = engineStatus === 'CANCELLED' ? 'ran out of time' : 'the engine gave it up';
    await closeRun(database, { id, status: 'failed', result: {}, error });
  }
  return abandoned.length === mostAtOnce;
}
