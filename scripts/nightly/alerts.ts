import { join } from 'node:path';
import { ordersTopic } from '#contracts/topics.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { notifications } from '../alerts/read-alerts.ts';
import { compose } from '../docker/compose.ts';
import { recreate } from '../docker/container-health.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { inject } from '../fault/inject.ts';
import { ensureInjectorImage } from '../fault/injector-image.ts';
import { findTarget } from '../fault/target.ts';
import { clearFaults } from '../fault/undo.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { connectKafka, kafkaAccess } from '../stack/kafka.ts';
import { startable } from '../stack/profiles.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { writeScaledRules } from '../telemetry/scale-rules.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { runDay } from '../traffic/run-day.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

// Metrics come every 10 to 15 s: windows of a minute become a quarter of one.
const scale = 4;
const sampleMs = 15_000;
const firesWithinMs = 150_000;
const resolvesWithinMs = 300_000;
const lookEveryMs = 2_000;

/** Something that is broken, what must be told of it, and how it is mended. */
interface FaultRow {
  readonly fault: string;
  readonly alerts: readonly string[];
  /** Nobody may be told of these: they would be false. */
  readonly silent?: readonly string[];
  /** A part that is not everywhere. */
  readonly needs?: string;
  readonly make: (context: FaultContext) => Promise<void>;
  readonly mend: (context: FaultContext) => Promise<void>;
}

interface FaultContext {
  readonly settings: StackSettings;
  readonly signal: AbortSignal;
}

const stop =
  (service: string): FaultRow['make'] =>
  async () => {
    await compose(['kill', '-s', 'KILL', service]);
  };
const start =
  (service: string): FaultRow['mend'] =>
  async () => {
    await compose(['start', service]);
  };

const restartStreams =
  (environment: NodeJS.ProcessEnv): FaultRow['make'] =>
  async ({ signal }) => {
    const { env } = await startable(signal);
    await recreate(['streams'], 60_000, signal, { ...env, ...environment });
  };

/** What is written comes late; connections are made as ever. */
const slowDisk =
  (service: string, writesPerSecond: number): FaultRow['make'] =>
  async ({ signal }) => {
    const [target, image] = await Promise.all([findTarget(service, signal), ensureInjectorImage(signal)]);
    const fault = { kind: 'slow-disk', writesPerSecond } as const;
    await inject({ target, fault, lastsMs: firesWithinMs, image, signal });
  };

/** Each fault is told of by the alert that is there for it, in time, and resolved after it was mended. */
export const alerts: Suite = {
  name: 'alerts',
  summary:
    'makes faults; the alert of each fires in time, its notification arrives, and it resolves after repair',
  budgetMinutes: 50,
  run: tryMatrix,
};

async function tryMatrix(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note, seed } = context;
  const settings = await readSettings();
  const folder = join(repositoryRoot, '.coffee', 'scaled-rules');
  await writeScaledRules(folder, scale, sampleMs);
  const ending = new AbortController();
  const { services, env } = await startable(signal);
  try {
    await recreate(['prometheus'], 60_000, signal, { ...env, PROMETHEUS_RULES: folder });
    // Some of them show only to who asks.
    const traffic = runDay(
      {
        ...{ rate: 5, durationMs: 49 * 60_000, customers: 100, seed },
        producerUrl: settings.producerUrl,
        tokens: await stackTokens(settings, signal),
        authority: await readAuthority(settings, signal),
        journalPath: newJournalPath('alerts'),
        closing: ending.signal,
      },
      signal,
    );
    // It is waited for below; faults are mended before it is said that there was no traffic.
    traffic.catch(() => undefined);
    const outcomes: SuiteOutcome[] = [];
    const isThere = ({ needs }: FaultRow): boolean => needs === undefined || services.includes(needs);
    for (const row of matrix.filter(isThere)) outcomes.push(await tryFault(row, { settings, signal }, note));
    ending.abort();
    await traffic;
    const skipped = matrix.filter((row) => !isThere(row));
    return {
      figures: [
        ...outcomes.flatMap(({ figures }) => figures),
        ...skipped.map(({ fault, needs }) => figure(fault, `SKIPPED: there is no ${needs} on this machine`)),
      ],
      failures: outcomes.flatMap(({ failures }) => failures),
    };
  } finally {
    ending.abort();
    await recreate(['prometheus'], 60_000, new AbortController().signal, env);
  }
}

async function tryFault(
  row: FaultRow,
  context: FaultContext,
  note: (text: string) => void,
): Promise<SuiteOutcome> {
  const { fault, alerts: expected } = row;
  const since = new Date();
  const failures: string[] = [];
  const fired: string[] = [];
  const figures = [];
  note(fault);
  try {
    await row.make(context);
    for (const alert of expected) {
      const ms = await toldOf(alert, 'firing', since, firesWithinMs, context);
      if (ms === undefined) failures.push(`${fault}: ${alert} did not fire within ${firesWithinMs / 1000} s`);
      else {
        fired.push(alert);
        figures.push(figure(`${fault}: ${alert} was told after`, ms / 1000, 's'));
      }
    }
  } finally {
    await row.mend(context);
  }
  const mendedAt = new Date();
  for (const alert of fired) {
    const ms = await toldOf(alert, 'resolved', mendedAt, resolvesWithinMs, context);
    if (ms === undefined)
      failures.push(`${fault}: ${alert} did not resolve within ${resolvesWithinMs / 1000} s`);
    else figures.push(figure(`${fault}: ${alert} resolved after`, ms / 1000, 's'));
  }
  for (const alert of row.silent ?? []) {
    const told = await toldOf(alert, 'firing', since, 0, context);
    if (told !== undefined) failures.push(`${fault}: ${alert} was told, which is not so`);
  }
  return { figures, failures };
}

/** @returns milliseconds until the inbox had the notification; undefined at the deadline. */
async function toldOf(
  alert: string,
  status: 'firing' | 'resolved',
  since: Date,
  withinMs: number,
  { settings, signal }: FaultContext,
): Promise<number | undefined> {
  for (;;) {
    const found = await notifications(settings, { limit: 200, alert }, signal);
    const told = found.findLast(
      (one) => one.status === status && Date.parse(one.receivedAt) >= since.getTime(),
    );
    if (told) return Date.parse(told.receivedAt) - since.getTime();
    if (Date.now() - since.getTime() > withinMs) return undefined;
    await pause(lookEveryMs, signal);
    signal.throwIfAborted();
  }
}

async function sendPoison({ settings, signal }: FaultContext): Promise<void> {
  const producer = connectKafka(await kafkaAccess(settings, signal), 'host').producer();
  await producer.connect();
  try {
    const headers = {
      ce_specversion: '1.0',
      ce_id: 'poison',
      ce_source: '/nightly',
      ce_type: 'dev.gocoffee.order.place.v1',
    };
    await producer.send({
      topic: ordersTopic.name,
      acks: -1,
      messages: [{ key: 'poison', value: 'no JSON', headers }],
    });
  } finally {
    await producer.disconnect();
  }
}

/** Ten a second, for a minute. */
async function burst(url: URL, path: string, { settings, signal }: FaultContext): Promise<void> {
  using client = new ApiClient(url, 10, await readAuthority(settings, signal));
  for (let second = 0; second < 60; second += 1) {
    const sent = Array.from({ length: 10 }, () => client.send({ method: 'GET', path, signal }));
    await Promise.all(sent);
    await pause(1_000, signal);
    signal.throwIfAborted();
  }
}

const attack: FaultRow['make'] = (context) =>
  burst(context.settings.edgeUrl, "/v1/orders?customerId='%20OR%201=1--", context);

/** Without a token. */
const intrude: FaultRow['make'] = (context) => burst(context.settings.producerUrl, '/v1/orders', context);

const matrix: readonly FaultRow[] = [
  {
    fault: 'the streams service is killed',
    // That it sends no metrics is no news then (observability/alertmanager/alertmanager.yml).
    alerts: ['PartDown'],
    make: stop('streams'),
    mend: start('streams'),
  },
  {
    fault: 'the streams service sends no metrics',
    alerts: ['TelemetryAbsent'],
    make: restartStreams({ OTEL_METRICS_EXPORTER: 'none' }),
    mend: restartStreams({}),
  },
  {
    fault: 'the collector is killed',
    // Not Kafka, PostgreSQL and Redis, which only it asks, nor every service.
    alerts: ['CollectorDown'],
    silent: ['KafkaUnreachable', 'PostgresUnreachable', 'RedisUnreachable', 'TelemetryAbsent', 'PartDown'],
    make: stop('otel-collector'),
    mend: start('otel-collector'),
  },
  { fault: 'Redis is stopped', alerts: ['RedisUnreachable'], make: stop('redis'), mend: start('redis') },
  {
    fault: 'PostgreSQL is stopped',
    alerts: ['PostgresUnreachable'],
    make: stop('postgres'),
    mend: start('postgres'),
  },
  {
    fault: 'PostgreSQL is slow',
    alerts: ['PostgresSlow'],
    make: slowDisk('postgres', 5),
    mend: async ({ settings }) => {
      await clearFaults(settings.project ?? '');
    },
  },
  {
    fault: 'the chain is stopped',
    alerts: ['ChainUnreachable'],
    make: stop('anvil'),
    mend: start('anvil'),
  },
  {
    fault: 'Kafka is stopped: a burst of 5xx',
    alerts: ['KafkaUnreachable', 'ServerErrors'],
    make: stop('kafka'),
    mend: start('kafka'),
  },
  {
    fault: 'Tempo is killed',
    alerts: ['TargetDown'],
    needs: 'tempo',
    make: stop('tempo'),
    mend: start('tempo'),
  },
  {
    fault: 'a message that nobody can read',
    alerts: ['DeadLettersGrow'],
    make: sendPoison,
    mend: async () => undefined,
  },
  { fault: 'attacks', alerts: ['AttacksBlocked'], make: attack, mend: async () => undefined },
  {
    fault: 'requests without a token',
    alerts: ['FailedSignIns'],
    make: intrude,
    mend: async () => undefined,
  },
];
