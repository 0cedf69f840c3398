import { DBOS, Error as engineErrors } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import { validateCrontab } from '@dbos-inc/dbos-sdk/internal/scheduler/crontab';
import type { Pool } from 'pg';
import type { RunStep, Schedule, ScheduleRequest } from '#contracts/http/workflows.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type Durable, durable } from './durable.ts';
import type { Run } from './run-definition.ts';

export interface EngineOptions {
  readonly executorId: string;
  /** Connections of its own: it makes and keeps its tables in the schema `dbos`. */
  readonly pool: Pool;
  /** Runs at work in this process. */
  readonly workerConcurrency: number;
  /** Runs at work in all replicas together. */
  readonly globalConcurrency: number;
  /** Runs that may begin in a second, in all replicas together. */
  readonly startsPerSecond: number;
  /** How long runs under way may take to come to a step's end when the service stops. */
  readonly stopLimitMs: number;
}

export interface EngineParts {
  /** Does a run; what it throws is the run's failure. */
  readonly execute: (durable: Durable, run: Run) => Promise<unknown>;
  /** Asks for a run of a schedule, once for each time. */
  readonly onSchedule: (name: string, at: Date, request: ScheduleContext) => Promise<void>;
  readonly log: Logger;
  /** In the place of the engine's own: for tests that kill between steps. */
  readonly durable?: Durable;
}

export type ScheduleContext = Pick<ScheduleRequest, 'definition' | 'input'>;

const application = 'go-coffee';
/**
 * The version of what replays the steps of a run, not of the service: replicas of neighbouring versions of the service go
 * on with each other's runs. It grows when `run-definition.ts` changes the steps of a run that is under way.
 */
const engineVersion = 'runs-1';
const queueName = 'runs';
const pollingMs = 200;

/**
 * Whether the engine has taken a run away from who is doing it: somebody has stopped it, or somebody else goes on with it,
 * since this executor's lease had ended.
 */
export const isTakenAway = (error: unknown): boolean =>
  error instanceof engineErrors.DBOSWorkflowCancelledError ||
  error instanceof engineErrors.DBOSWorkflowConflictError ||
  error instanceof engineErrors.DBOSAwaitedWorkflowCancelledError;

/**
 * The workflow engine of this process: DBOS, which keeps runs, their steps and their queue in PostgreSQL. There is one in
 * a process. https://docs.dbos.dev/typescript/reference/methods
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #parts: EngineParts;
  #running = false;
  #run: ((run: Run) => Promise<unknown>) | undefined;
  #scheduled: ((at: Date, context: unknown) => Promise<void>) | undefined;

  constructor(options: EngineOptions, parts: EngineParts) {
    this.#options = options;
    this.#parts = parts;
  }

  get executorId(): string {
    return this.#options.executorId;
  }

  /** Makes its tables where they are missing, and begins with what is queued. @throws what PostgreSQL says. */
  async launch(): Promise<void> {
    const { executorId, pool } = this.#options;
    this.#register();
    DBOS.setConfig({
      name: application,
      executorID: executorId,
      applicationVersion: engineVersion,
      systemDatabasePool: pool,
      systemDatabaseSchemaName: 'dbos',
      logger: quietly(this.#parts.log),
      schedulerPollingIntervalMs: 1_000,
    });
    try {
      await DBOS.launch();
      const { workerConcurrency, globalConcurrency, startsPerSecond } = this.#options;
      await DBOS.registerQueue(queueName, {
        workerConcurrency,
        globalConcurrency,
        rateLimit: { limitPerPeriod: startsPerSecond, periodSec: 1 },
        minPollingIntervalMs: pollingMs,
        onConflict: 'always_update',
      });
      this.#running = true;
    } catch (error) {
      await DBOS.shutdown({ deregister: true });
      throw error;
    }
  }

  #register(): void {
    const { execute, onSchedule, durable: given } = this.#parts;
    this.#run = DBOS.registerWorkflow((run: Run) => execute(given ?? durable, run), { name: 'run' });
    const scheduled = async (at: Date, context: unknown): Promise<void> => {
      const { name, ...request } = context as ScheduleContext & { name: string };
      await (given ?? durable).step('ask', () => onSchedule(name, at, request), { attempts: 10 });
    };
    this.#scheduled = DBOS.registerWorkflow(scheduled, { name: 'schedule' });
  }

  /** Rejects unless it works: for readiness. */
  ping(): Promise<void> {
    return this.#running ? Promise.resolve() : Promise.reject(new Error('the engine has not started yet'));
  }

  /** Who waits for its turn (ADR 0046) serves requests, but no engine runs there. @throws AppError `dependency-unavailable` */
  #requireRunning(): void {
    if (!this.#running)
      throw new AppError('dependency-unavailable', 'The engine has not started yet.', {
        retryAfterSeconds: 1,
      });
  }

  /** Puts a run into the queue; a run that is there already is left alone. */
  async start(run: Run, timeoutMs: number): Promise<void> {
    if (!this.#run) throw new Error('the engine has not started yet');
    await DBOS.startWorkflow(this.#run, { workflowID: run.id, queueName, timeoutMS: timeoutMs })(run);
  }

  /** Gives a run something that it waits for, once for each key. */
  async send(runId: string, topic: string, message: unknown, key: string): Promise<void> {
    this.#requireRunning();
    await DBOS.send(runId, message, topic, key);
  }

  /** The run does no further step. */
  async stop(runId: string): Promise<void> {
    this.#requireRunning();
    await DBOS.cancelWorkflow(runId);
  }

  /**
   * Goes on with a run that has failed, at the step that failed, or that was stopped, where it was.
   *
   * @returns whether the engine has it: one that was stopped while it still waited was never here.
   */
  async retry(runId: string): Promise<boolean> {
    this.#requireRunning();
    const status = await DBOS.getWorkflowStatus(runId);
    if (!status) return false;
    if (status.status === 'CANCELLED') await DBOS.resumeWorkflow(runId, { queueName });
    if (status.status === 'ERROR' || status.status === 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') {
      const steps = (await DBOS.listWorkflowSteps(runId)) ?? [];
      const failed = steps.find(({ error }) => error !== null);
      await DBOS.rewindWorkflow(runId, { startStep: failed?.functionID ?? 0, queueName });
    }
    return true;
  }

  /** Keeps nothing of these any more. */
  async forget(workflowIds: readonly string[]): Promise<void> {
    await DBOS.deleteWorkflows([...workflowIds]);
  }

  /** What a run has done until now. */
  async steps(runId: string): Promise<RunStep[]> {
    this.#requireRunning();
    const steps = (await DBOS.listWorkflowSteps(runId)) ?? [];
    return steps.map(({ functionID, name, output, error, startedAtEpochMs, completedAtEpochMs }) => ({
      number: functionID,
      name,
      startedAt: instant(startedAtEpochMs),
      finishedAt: instant(completedAtEpochMs),
      output: output ?? null,
      error: error === null ? null : messageOf(error),
    }));
  }

  /** Puts what a lost executor was doing into the queue again. @returns how many runs that are. */
  async adopt(executorIds: readonly string[]): Promise<number> {
    const adopted = await DBOSExecutor.globalInstance?.recoverPendingWorkflows([...executorIds]);
    return adopted?.length ?? 0;
  }

  /** @throws when there is one of this name. */
  async createSchedule({ name, definition, cron, input }: ScheduleRequest): Promise<void> {
    this.#requireRunning();
    if (!this.#scheduled) throw new Error('the engine has not started yet');
    const context = { name, definition, input };
    await DBOS.createSchedule({
      scheduleName: name,
      workflowFn: this.#scheduled,
      schedule: cron,
      context,
      options: { cronTimezone: 'UTC' },
    });
  }

  async schedules(): Promise<Schedule[]> {
    this.#requireRunning();
    const found = await DBOS.listSchedules();
    return found
      .map(({ scheduleName, schedule, status, context, lastFiredAt }) => {
        const { definition, input } = context as ScheduleContext;
        return {
          name: scheduleName,
          definition,
          cron: schedule,
          input,
          status: status === 'PAUSED' ? ('paused' as const) : ('active' as const),
          lastRunAt: lastFiredAt === null ? null : new Date(lastFiredAt).toISOString(),
        };
      })
      .toSorted((a, b) => a.name.localeCompare(b.name));
  }

  async deleteSchedule(name: string): Promise<void> {
    this.#requireRunning();
    await DBOS.deleteSchedule(name);
  }

  /** Takes no more runs, lets those under way come to the end of a step, and closes. */
  async close(): Promise<void> {
    this.#running = false;
    await DBOS.shutdown({ deregister: true, workflowCompletionTimeoutMS: this.#options.stopLimitMs });
  }
}

/** Why the times of a schedule can't be understood; undefined when they can. */
export function flawOfCron(cron: string): string | undefined {
  try {
    validateCrontab(cron);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const instant = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();

/** What the engine says in the words of our log: its information is for debugging. */
const quietly = (log: Logger) => ({
  info: (entry: unknown) => log.debug({ engine: String(entry) }, 'engine'),
  debug: (entry: unknown) => log.trace({ engine: String(entry) }, 'engine'),
  warn: (entry: unknown) => log.warn({ engine: String(entry) }, 'engine warns'),
  error: (entry: unknown) => log.error({ engine: messageOf(entry) }, 'engine failed'),
});
