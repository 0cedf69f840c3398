import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { analyticsWindowPage, anomalyPage, historyPage, liveFigures } from '#contracts/http/analytics.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import { serve } from '#platform/http/serve.ts';
import { createRedis } from '#platform/redis/redis.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { signedIn, testIdentityEnvironment } from '#platform/testing/tokens.ts';
import { createStreamsApp } from '../app.ts';
import { loadStreamsConfig } from '../config.ts';
import { createStreamsContext } from '../context.ts';
import { closeWindows } from '../database/close-windows.ts';
import { follow } from './event-stream.ts';
import { messagesOf, opening } from './happenings.ts';
import { allRead, apply, fromPartition, noPatience, useStreamsDatabase } from './prepared-streams.ts';

const test = useStreamsDatabase();
let url: string;
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  const redis = inject('redis');
  const config = loadStreamsConfig({
    // Nothing is read: the tests put into the database what they want to see.
    KAFKA_BROKERS: '127.0.0.1:1',
    COFFEE_TLS: 'off',
    DATABASE_HOST: test.options.host,
    DATABASE_PORT: String(test.options.port),
    DATABASE_NAME: test.options.name,
    DATABASE_USER: test.options.user,
    DATABASE_PASSWORD: test.options.password,
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    REDIS_PASSWORD: redis.password,
    ...testIdentityEnvironment,
    RATE_LIMIT_REQUESTS_PER_MINUTE: '10000',
  });
  const log = quietLog();
  const context = parts.use(createStreamsContext(config, { log }));
  const server = parts.use(
    await serve(createStreamsApp(config, context), {
      host: '127.0.0.1',
      port: 0,
      health: context.health,
      drainDelayMs: 0,
      log,
    }),
  );
  parts.use(context.feed);
  url = `http://127.0.0.1:${server.port}`;
  refresh = () => context.feed.refresh();
});
let refresh: () => Promise<void>;
afterAll(() => parts.disposeAsync());

let offset = 0;

/** One order accepted at each of these times, and its windows closed unless told otherwise. */
async function happen(times: readonly number[], closedAt?: number): Promise<void> {
  const events = times.flatMap((placedAt) =>
    messagesOf({
      orderId: crypto.randomUUID(),
      placedAt,
      lines: [{ productId: 'latte', quantity: 1, cents: 410 }],
      steps: [],
    }).filter(({ topic }) => topic === orderEventsTopic.name),
  );
  await apply(test.database, fromPartition(events, 0, offset), { skipGap: true, latest: Infinity });
  offset += events.length;
  if (closedAt === undefined) return;
  while ((await closeWindows(test.database, allRead(closedAt), noPatience)).more);
}

const asked = async (path: string): Promise<Response> =>
  fetch(url + path, { headers: await signedIn('the-operator', 'operator') });

const page = async (query: string) => {
  const response = await asked(`/v1/analytics/windows${query}`);
  expect(response.status).toBe(200);
  return analyticsWindowPage.parse(await response.json());
};

it('lists closed windows, newest first, page by page', async () => {
  const minutes = [0, 1, 2, 3, 4].map((minute) => opening + minute * 60_000);
  await happen(minutes, opening + 600_000);
  const first = await page('?limit=3');
  expect(first.windows.map(({ startsAt }) => Date.parse(startsAt))).toEqual(minutes.toReversed().slice(0, 3));
  expect(first.windows[0]).toMatchObject({ kind: 'tumbling-1m', orders: 1, funnel: { accepted: 1 } });
  const second = await page(`?limit=3&startsBefore=${first.nextStartsBefore}`);
  expect(second.windows.map(({ startsAt }) => Date.parse(startsAt))).toEqual(minutes.toReversed().slice(3));
  expect(second.nextStartsBefore).toBeNull();
  const sliding = await page(`?kind=sliding-5m&startsFrom=${new Date(opening).toISOString()}`);
  expect(sliding.windows.at(-1)).toMatchObject({ orders: 5 });
});

it.each([
  ['/v1/analytics/windows?kind=hopping', 'query.kind'],
  ['/v1/analytics/windows?limit=0', 'query.limit'],
  ['/v1/analytics/windows?startsFrom=yesterday', 'query.startsFrom'],
  ['/v1/analytics/windows?surprise=1', 'query.surprise'],
  ['/v1/analytics/stream?after=-1', 'query.after'],
])('answers %s with a problem that names %s', async (path, field) => {
  const response = await asked(path);
  expect(response.status).toBe(400);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const { errors } = (await response.json()) as { errors: { field: string }[] };
  expect(errors.map((error) => error.field)).toContain(field);
});

it('shows what is going on, from PostgreSQL when Redis has lost it', async () => {
  const { host, port, password } = inject('redis');
  const redis = createRedis({ host, port, username: 'default', password, name: 'test' }, quietLog());
  try {
    await happen([Date.now()]);
    await poll(() => redis.flushall().then(() => true), { what: 'redis' });
    const read = async () => liveFigures.parse(await (await asked('/v1/analytics/live')).json());
    expect((await read()).lastMinute.orders).toBe(1);
    // It lives for seconds there, and a busy Redis is not waited for.
    const kept = async (): Promise<boolean> => {
      await read();
      return (await redis.get('analytics-live'))?.includes('"orders":1') ?? false;
    };
    await poll(kept, { what: 'the view in Redis' });
  } finally {
    redis.disconnect();
  }
});

// Guard: Last-Event-ID. Each window once and in order, although the connection is lost again and again.
it('streams windows as they close, and goes on behind the last one that a client had', async () => {
  await happen([opening], opening + 600_000);
  await refresh();
  const ids: number[] = [];
  let last: number | undefined;
  for (let round = 1; round <= 4; round += 1) {
    await using client = await follow(`${url}/v1/analytics/stream`, last ?? 0, ids);
    expect(client.response.headers['content-type']).toBe('text/event-stream');
    await happen([opening + round * 600_000], opening + (round + 1) * 600_000);
    await refresh();
    const { rows } = await test.database.raw<{ rows: { last: number }[] }>(
      'select max(id) as last from streams.windows',
    );
    await poll(() => ids.at(-1) === rows[0]?.last, { what: 'the latest window' });
    last = ids.at(-1);
  }
  const { rows } = await test.database.raw<{ rows: { id: number }[] }>(
    'select id from streams.windows order by id',
  );
  expect(ids).toEqual(rows.map(({ id }) => id));
});

it('lists what was unusual, and the hours and days', async () => {
  await happen(
    Array.from({ length: 60 }, () => opening + 5),
    opening + 600_000,
  );
  const placed = Array.from({ length: 60 }, () => ({
    orderId: crypto.randomUUID(),
    placedAt: opening + 700_000,
    lines: [{ productId: 'latte', quantity: 1, cents: 410 }],
    steps: [],
  })).flatMap(messagesOf);
  const commands = placed.filter(({ topic }) => topic !== orderEventsTopic.name);
  await apply(test.database, fromPartition(commands), { skipGap: true, latest: Infinity });
  while ((await closeWindows(test.database, allRead(opening + 900_000), noPatience)).more);
  const first = anomalyPage.parse(await (await asked(`/v1/analytics/anomalies?limit=1`)).json());
  expect(first.anomalies).toEqual([expect.objectContaining({ kind: 'velocity', subject: 'customer-1' })]);
  const next = await asked(`/v1/analytics/anomalies?limit=1&before=${first.nextBefore}`);
  expect(anomalyPage.parse(await next.json()).anomalies).toEqual([
    expect.objectContaining({ kind: 'burst', observed: 60 }),
  ]);
  for (const grain of ['hour', 'day']) {
    const response = await asked(`/v1/analytics/history?grain=${grain}`);
    const { history } = historyPage.parse(await response.json());
    expect(history).toEqual([expect.objectContaining({ orders: 60, items: 60 })]);
  }
});

it('describes its API', async () => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, { get: { responses: { 200: { content: object } } } }>;
  };
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/analytics/windows', '/v1/analytics/live', '/v1/analytics/stream']),
  );
  const stream = document.paths['/v1/analytics/stream']?.get.responses[200].content;
  expect(Object.keys(stream ?? {})).toEqual(['text/event-stream']);
});
