import { setTimeout as delay } from 'node:timers/promises';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { topics } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { createKafka } from '#platform/kafka/client.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import {
  brokerOf,
  databasePassword,
  redisPassword,
  startKafka,
  startPostgres,
  startRedis,
} from '#platform/testing/containers.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createMigratedDatabase } from '#platform/testing/test-database.ts';
import { testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { schema } from '../../services/streams/database/migrations.ts';
import { type Life, messagesOf } from '../../services/streams/tests/happenings.ts';
import { composeCommand } from '../docker/compose.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { cpuSeconds, residentBytes, startMeasured } from './child-process.ts';

const names = {
  sent: 'events sent, of what was wanted',
  drain: 'until nothing is left, after the last event',
  counted: 'events in the figures, of those sent',
} as const;

// Kafka's and PostgreSQL's caches, and the compiler of the service, are warm then.
const warmUpSeconds = 10;
const tickMs = 50;
const eventsOfLife = 7;

/** What does not hold, in words. */
export function gates(figures: readonly Figure[], rate: number): string[] {
  const value = (name: string): number => Number(figures.find((found) => found.name === name)?.value);
  return [
    ...(value(names.sent) >= 0.99 ? [] : [`only ${value(names.sent)} of ${rate} events/s were sent`]),
    ...(value(names.drain) <= 10_000
      ? []
      : [`${names.drain}: ${value(names.drain)} ms, must be at most 10000`]),
    ...(value(names.counted) === 1 ? [] : [`${names.counted}: ${value(names.counted)}, must be 1`]),
  ];
}

/**
 * Measures how one process of the streams service follows a steady stream of orders' events through Kafka and
 * PostgreSQL with Compose's settings.
 */
export async function benchStreams(
  rate: number,
  seconds: number,
  note: (text: string) => void,
): Promise<Figure[]> {
  await using kafka = await startKafka();
  await using postgres = await startPostgres(await composeCommand('postgres'));
  await using redis = await startRedis();
  const address = { host: postgres.getHost(), port: postgres.getPort(), password: databasePassword };
  await using prepared = await createMigratedDatabase(address, ['streams'], [schema]);
  const log = quietLog();
  const client = createKafka({ brokers: [brokerOf(kafka)], clientId: 'bench' }, log);
  const admin = client.admin();
  await admin.connect();
  await ensureTopics(admin, topics, 1);
  await admin.disconnect();
  await using sender = new Sender(client, log);
  const environment = {
    KAFKA_BROKERS: brokerOf(kafka),
    COFFEE_TLS: 'off',
    ...testIdentityEnvironment,
    DATABASE_HOST: prepared.options.host,
    DATABASE_PORT: String(prepared.options.port),
    DATABASE_NAME: prepared.options.name,
    DATABASE_USER: prepared.options.user,
    DATABASE_PASSWORD: prepared.options.password,
    REDIS_HOST: redis.getHost(),
    REDIS_PORT: String(redis.getPort()),
    REDIS_PASSWORD: redisPassword,
  };
  await using service = await startMeasured('services/streams/main.ts', {
    ...{ port: 18_082, readyPath: '/readyz', environment },
  });

  const sent = { all: 0 };
  note(`warming up for ${warmUpSeconds} s`);
  await sendSteadily(sender, rate, warmUpSeconds, sent);
  await drained(prepared.database, sent.all);
  const before = { sent: sent.all, cpu: await cpuSeconds(service.pid) };
  note(`${rate} events/s for ${seconds} s`);
  const watching = new AbortController();
  const watched = watchLag(prepared.database, sent, watching.signal);
  const startedAt = performance.now();
  await sendSteadily(sender, rate, seconds, sent);
  const tookMs = performance.now() - startedAt;
  const endedAt = performance.now();
  await drained(prepared.database, sent.all);
  const drainMs = performance.now() - endedAt;
  watching.abort();
  const cpu = (await cpuSeconds(service.pid)) - before.cpu;
  const measured = sent.all - before.sent;
  return [
    figure('events sent', Math.round(measured / (tookMs / 1000)), 'events/s'),
    figure(names.sent, Math.min(1, Math.round((measured / (tookMs / 1000) / rate) * 1000) / 1000)),
    figure('the most events that were not in the figures yet', await watched, 'events'),
    figure(names.drain, Math.round(drainMs), 'ms'),
    figure(names.counted, (await countedEvents(prepared.database)) / sent.all),
    figure('processor time of the service', Math.round((cpu / measured) * 1_000_000), 'µs an event'),
    figure('memory of the service', Math.round((await residentBytes(service.pid)) / 2 ** 20), 'MiB'),
  ];
}

/** Sends what is due every 50 ms, whatever becomes of it: a slow service does not slow it down. */
async function sendSteadily(
  sender: Sender,
  rate: number,
  seconds: number,
  sent: { all: number },
): Promise<void> {
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  const wanted = Math.round((rate * seconds) / eventsOfLife);
  for (let lives = 0; lives < wanted; ) {
    const due = Math.min(wanted, Math.ceil(((performance.now() - startedAt) * rate) / eventsOfLife / 1000));
    const messages: OutgoingMessage[] = [];
    for (; lives < due; lives += 1) messages.push(...messagesOf(lifeEndingAt(Date.now(), lives)));
    if (messages.length > 0) {
      sent.all += messages.length;
      pending.push(sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT }))));
    }
    await delay(tickMs);
  }
  await Promise.all(pending);
}

/** An order that was served within the two seconds before `end`, in milliseconds since the epoch. */
function lifeEndingAt(end: number, index: number): Life {
  const products = ['latte', 'espresso', 'flat-white', 'cappuccino', 'filter', 'mocha'];
  return {
    orderId: crypto.randomUUID(),
    placedAt: end - 2_000,
    lines: [{ productId: products[index % products.length] ?? '', quantity: 1 + (index % 2), cents: 410 }],
    steps: [
      { action: 'request-payment', status: 'awaiting-payment', afterMs: 0 },
      { action: 'confirm-payment', status: 'paid', afterMs: 100 + (index % 50) },
      { action: 'prepare', status: 'preparing', afterMs: 200 },
      { action: 'mark-ready', status: 'ready', afterMs: 900 + (index % 300) },
      { action: 'complete', status: 'completed', afterMs: 100 },
    ],
  };
}

async function readMessages(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { read: number }[] }>(
    'select coalesce(sum(next_offset), 0)::float8 as read from streams.partitions',
  );
  return rows[0]?.read ?? 0;
}

const drained = (database: Database, sent: number): Promise<true> =>
  poll(async () => (await readMessages(database)) >= sent || undefined, {
    what: 'the service to have read everything',
    deadlineMs: 120_000,
  });

/** @returns the most messages that were sent and not read yet. */
async function watchLag(database: Database, sent: { all: number }, signal: AbortSignal): Promise<number> {
  let most = 0;
  while (!signal.aborted) {
    most = Math.max(most, sent.all - (await readMessages(database)));
    await delay(250);
  }
  return most;
}

/** Events that were counted: each order remembers those of its own. */
async function countedEvents(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { counted: number }[] }>(
    'select coalesce(sum(cardinality(seen)), 0)::float8 as counted from streams.order_memory',
  );
  return rows[0]?.counted ?? 0;
}
