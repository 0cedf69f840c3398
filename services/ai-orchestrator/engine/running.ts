import type { Database } from '#platform/database/database.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { pause, retryUntilAborted } from '#platform/lifecycle/abort.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import type { Relay } from '#platform/outbox/relay.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { AiConfig } from '../config.ts';
import type { CallParts } from '../connectors/signed-request.ts';
import { keepBuiltIn } from '../database/definitions.ts';
import { countWaiting } from '../database/runs.ts';
import { builtInDefinitions } from '../domain/built-in-definitions.ts';
import type { AiMetrics } from '../metrics.ts';
import { deliverMessages, upkeep } from '../upkeep.ts';
import { dispatch, queueDepth, settle } from './dispatcher.ts';
import type { Engine } from './engine.ts';
import { endLease, lostExecutors, renewLease } from './leases.ts';
import { tellDecisions } from './workflows.ts';

export interface RunningParts {
  readonly config: AiConfig;
  readonly database: Database;
  readonly engine: Engine;
  readonly relay: Pick<Relay, 'poke' | 'lagMs'>;
  readonly call: CallParts;
  readonly metrics: AiMetrics;
  readonly log: Logger;
}

const dispatchIntervalMs = 200;
const settleIntervalMs = 1_000;
const upkeepIntervalMs = 60_000;
const deliveryIntervalMs = 1_000;
const roomIntervalMs = 250;
const decisionsAtOnce = 100;

/**
 * Keeps the engine running: launches it when PostgreSQL is there, holds this executor's lease, takes over from lost ones,
 * and hands it waiting runs. When it stops, it gives its lease back, so that the others go on at once.
 */
export class Running implements AsyncDisposable {
  readonly #parts: RunningParts;
  readonly #stopped = new AbortController();
  readonly #jobs = new AsyncDisposableStack();
  readonly #launching: Promise<unknown>;
  #waiting = 0;
  #queued = 0;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    parts.metrics.watch({
      queued: () => ({ waiting: this.#waiting, queued: this.#queued }),
      relay: parts.relay,
    });
    this.#launching = retryUntilAborted(
      () => this.#launch(),
      this.#stopped.signal,
      (error, attempt) => {
        if (attempt % 10 === 0) parts.log.warn({ error: messageOf(error) }, 'engine has not started yet');
      },
    );
  }

  /** Resolves when runs may be added: the engine takes them faster than they come, or somebody has to wait. */
  async room(signal: AbortSignal): Promise<void> {
    const { config, database } = this.#parts;
    while (!signal.aborted && (await countWaiting(database)) >= config.ENGINE_MAX_WAITING)
      await pause(roomIntervalMs, signal);
    signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#launching;
    await this.#jobs.disposeAsync();
  }

  async #launch(): Promise<void> {
    const { config, database, engine, relay, call, log } = this.#parts;
    const lease = { executorId: engine.executorId, leaseMs: config.ENGINE_LEASE };
    // Before anything is under way: who has no lease is taken for dead.
    await renewLease(database, lease);
    // Whoever finds the engine running finds what it can run.
    await keepBuiltIn(database, builtInDefinitions);
    await engine.launch();
    const jobs = this.#jobs;
    jobs.defer(() => endLease(database, engine.executorId));
    jobs.defer(() => engine.close());
    const every = (name: string, intervalMs: number, work: () => Promise<boolean>): void => {
      jobs.use(new Periodic({ name, intervalMs, work }, log));
    };
    every('lease', config.ENGINE_LEASE / 3, async () => {
      await renewLease(database, lease);
      await this.#adopt();
      return false;
    });
    every('dispatch', dispatchIntervalMs, async () => {
      this.#waiting = await countWaiting(database);
      if (this.#waiting === 0) return false;
      return dispatch(database, engine, { maxQueued: config.ENGINE_MAX_QUEUED });
    });
    every('settling', settleIntervalMs, async () => {
      this.#queued = await queueDepth(database);
      const moreToTell = await tellDecisions(database, engine, decisionsAtOnce);
      return (await settle(database, engine)) || moreToTell;
    });
    const retention = { outboxMs: config.OUTBOX_RETENTION, memoryMs: config.MEMORY_RETENTION };
    every('upkeep', upkeepIntervalMs, () => upkeep(database, engine, retention));
    const secret = config.OUTBOUND_SIGNING_SECRET;
    every('messages', deliveryIntervalMs, () => deliverMessages(database, call, { secret, log }));
    relay.poke();
    log.info({ executorId: engine.executorId }, 'engine started');
  }

  async #adopt(): Promise<void> {
    const { database, engine, metrics, log } = this.#parts;
    const lost = await lostExecutors(database);
    if (lost.length === 0) return;
    const runs = await engine.adopt(lost);
    metrics.adopted(runs);
    if (runs > 0) log.warn({ lost, runs }, 'took over runs of lost executors');
  }
}
