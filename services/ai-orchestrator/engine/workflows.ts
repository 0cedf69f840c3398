import { context } from '@opentelemetry/api';
import { v5 as uuidv5 } from 'uuid';
import type { Task } from '#contracts/http/tasks.ts';
import type { WorkflowRun } from '#contracts/http/workflows.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { traceHeaders } from '#platform/kafka/tracing.ts';
import { latestDefinition } from '../database/definitions.ts';
import { closeRun } from '../database/ending.ts';
import { countWaiting, findRun, insertRuns, reopened, reopenRun } from '../database/runs.ts';
import { closeTask, findTask, markTold, type TaskEnd, untoldDecisions } from '../database/tasks.ts';
import type { Engine, ScheduleContext } from './engine.ts';
import { decisionTopic } from './run-definition.ts';

// Made once at random: the name space of runs that somebody asks for.
const runNamespace = '0d4bd7f2-6a86-4b58-9a0e-0f7d2d4f2c11';

export interface WorkflowLimits {
  /** Runs that may wait in front of the engine; beyond it nobody is taken in. */
  readonly maxWaiting: number;
}

export interface Asked {
  readonly definition: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly trigger: string;
  /** A repeat of the same request has the same. */
  readonly key: string;
}

/** What people and schedules do with runs. */
export class Workflows {
  readonly #database: Database;
  readonly #engine: Pick<Engine, 'send' | 'stop' | 'retry'>;
  readonly #limits: WorkflowLimits;

  constructor(database: Database, engine: Pick<Engine, 'send' | 'stop' | 'retry'>, limits: WorkflowLimits) {
    this.#database = database;
    this.#engine = engine;
    this.#limits = limits;
  }

  /**
   * Asks for a run of the latest version of a definition; a repeat gets the first one's.
   *
   * @throws AppError `not-found`, `overloaded`.
   */
  async execute({ definition: name, input, trigger, key }: Asked): Promise<WorkflowRun> {
    const id = uuidv5(`${trigger}/${name}/${key}`, runNamespace);
    const known = await findRun(this.#database, id);
    if (known) return known;
    const definition = await latestDefinition(this.#database, name);
    if (!definition) throw new AppError('not-found', `There is no workflow ${name}.`);
    await this.requireRoom();
    const trace = traceHeaders(context.active());
    await insertRuns(this.#database, [{ id, definition, input, trigger, trace }]);
    return this.find(id);
  }

  /** @throws AppError `overloaded` when too many runs wait in front of the engine. */
  async requireRoom(): Promise<void> {
    if ((await countWaiting(this.#database)) < this.#limits.maxWaiting) return;
    throw new AppError('overloaded', 'Too many runs are waiting already; nothing was started.', {
      retryAfterSeconds: 5,
    });
  }

  /** Asks for the run of a schedule at its time, once. A definition that is gone is passed over. */
  async executeScheduled(name: string, at: Date, { definition, input }: ScheduleContext): Promise<void> {
    const latest = await latestDefinition(this.#database, definition);
    if (!latest) return;
    const trigger = `schedule/${name}`;
    const id = uuidv5(`${trigger}/${at.toISOString()}`, runNamespace);
    await insertRuns(this.#database, [
      { id, definition: latest, input, trigger, trace: traceHeaders(context.active()) },
    ]);
  }

  /** @throws AppError `not-found` */
  async find(id: string): Promise<WorkflowRun> {
    const run = await findRun(this.#database, id);
    if (!run) throw new AppError('not-found', 'There is no such run.');
    return run;
  }

  /** Ends a run where it is; one that has ended stays as it is. @throws AppError `not-found`. */
  async stop(id: string): Promise<WorkflowRun> {
    await this.find(id);
    const stopped = await closeRun(this.#database, { id, status: 'stopped', result: {}, error: null });
    if (stopped) await this.#engine.stop(id);
    return this.find(id);
  }

  /** Goes on with a run that has failed or was stopped. @throws AppError `not-found`, `run-not-ended`. */
  async retry(id: string): Promise<WorkflowRun> {
    await this.find(id);
    if (!(await reopenRun(this.#database, id)))
      throw new AppError('run-not-ended', 'Only a run that has failed or was stopped can be retried.');
    const inEngine = await this.#engine.retry(id);
    await reopened(this.#database, id, inEngine ? 'queued' : 'waiting');
    return this.find(id);
  }

  /**
   * Closes a task. An approval is given by completing it and refused by failing it: its run hears of it, whoever is killed
   * in between (`tellDecisions`).
   *
   * @throws AppError `not-found`, `task-closed`.
   */
  async close(end: TaskEnd) {
    const closed = (await closeTask(this.#database, end)) ?? (await findTask(this.#database, end.id));
    if (!closed) throw new AppError('not-found', 'There is no such task.');
    if (closed.status !== end.status)
      throw new AppError('task-closed', `The task is ${closed.status} already.`);
    if (closed.kind === 'approval') await tell(this.#database, this.#engine, closed);
    return closed;
  }
}

type Sends = Pick<Engine, 'send'>;

/** Tells a run what was decided, under the same key whoever tells it again. */
async function tell(database: Database, engine: Sends, { id, runId, status }: Task): Promise<void> {
  if (runId !== null) await engine.send(runId, decisionTopic(id), { approved: status === 'completed' }, id);
  await markTold(database, id);
}

/** Tells runs of decisions whose teller was killed. @returns whether there is more to do. */
export async function tellDecisions(database: Database, engine: Sends, limit: number): Promise<boolean> {
  const untold = await untoldDecisions(database, limit);
  for (const task of untold) await tell(database, engine, task);
  return untold.length === limit;
}
