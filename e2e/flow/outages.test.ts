import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Problem } from '#contracts/http/problem.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import type { ConsumerContext } from '../../services/consumer/context.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { flatWhite, getJson, placePatiently, postOrder } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let producer: RunningProducer;
let consumer: ConsumerContext;

beforeAll(async () => {
  producer = parts.use(await startProducer(stage()));
  consumer = parts.use(await startConsumer(stage()));
});
afterEach(async () => {
  const { kafkaProxy, postgresProxy, redisProxy } = stage();
  for (const proxy of [kafkaProxy.tcp, postgresProxy, redisProxy]) proxy.restore();
  await poll(() => {
    const reports = [producer.context.health.report, consumer.health.report];
    return reports.every(({ dependencies }) =>
      Object.values(dependencies).every(({ status }) => status === 'up'),
    );
  });
});
afterAll(() => parts.disposeAsync());

const dependency = async (name: string): Promise<string | undefined> =>
  (await getJson<{ dependencies: Record<string, { status: string }> }>(producer.url, '/readyz')).body
    .dependencies[name]?.status;

it('accepts orders while Redis is away, and says so in /readyz without failing it', async () => {
  stage().redisProxy.goAway();
  await poll(async () => (await dependency('redis')) === 'down');
  expect((await fetch(`${producer.url}/readyz`)).status).toBe(200);
  const placed = await postOrder(producer.url);
  expect(placed.status).toBe(202);
  await stage().recorder.atLeast(1, orderEventsTopic.name, placed.body.id);
  expect((await getJson(producer.url, `/v1/orders/${placed.body.id}`)).status).toBe(200);
});

it('makes one order of repeats while Redis is away', async () => {
  stage().redisProxy.goAway();
  await poll(async () => (await dependency('redis')) === 'down');
  const [request, key] = [flatWhite(), randomUUID()];
  const answers = await Promise.all([1, 2, 3].map(() => postOrder(producer.url, request, key)));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const id = answers[0]?.body.id ?? '';
  await stage().recorder.atLeast(1, orderEventsTopic.name, id);
  // Known to the order book now: the repeat is recognised by it, another request under the key refused.
  const repeat = await postOrder(producer.url, request, key);
  expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  expect((await postOrder(producer.url, { ...request, items: flatWhite('x', 7).items }, key)).status).toBe(
    422,
  );
  expect(await stage().database('orders.orders').where({ order_id: id })).toHaveLength(1);
});

it('accepts and shows a just placed order while PostgreSQL is away, and applies it afterwards', async () => {
  const settledBefore = await placePatiently(producer.url);
  await stage().recorder.atLeast(1, orderEventsTopic.name, settledBefore.id);
  stage().postgresProxy.goAway();
  await poll(async () => (await dependency('postgres')) === 'down');

  const placed = await postOrder(producer.url);
  expect(placed.status).toBe(202);
  const shown = await poll(async () => {
    const answer = await getJson(producer.url, `/v1/orders/${placed.body.id}`);
    return answer.status === 200 && answer;
  });
  expect(shown.body).toMatchObject({ id: placed.body.id, status: 'accepted' });
  const unknown = await getJson<Problem>(producer.url, `/v1/orders/${randomUUID()}`);
  expect(unknown).toMatchObject({ status: 503, body: { code: 'dependency-unavailable' } });
  expect(unknown.headers.get('retry-after')).toBeTruthy();
  expect((await getJson(producer.url, '/v1/orders')).status).toBe(503);

  stage().postgresProxy.restore();
  await stage().recorder.atLeast(1, orderEventsTopic.name, placed.body.id);
  await poll(async () => (await getJson(producer.url, '/v1/orders')).status === 200);
});

it('refuses orders with 503 while Kafka is away, keeps nothing of them, and recovers by itself', async () => {
  const { kafkaProxy, database } = stage();
  const [request, key] = [flatWhite(), randomUUID()];
  kafkaProxy.tcp.goAway();
  const refused = await postOrder<Problem>(producer.url, request, key);
  expect(refused.status).toBe(503);
  expect(['outcome-unknown', 'dependency-unavailable']).toContain(refused.body.code);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await poll(async () => (await dependency('kafka')) === 'down', { what: '/readyz to name it' });
  // What needs no Kafka still works.
  expect((await getJson(producer.url, '/v1/orders')).status).toBe(200);
  // Not accepted, so not shown as accepted.
  const orders = await database('orders.orders').where({ customer_id: request.customerId });
  expect(orders).toEqual([]);

  kafkaProxy.tcp.restore();
  const accepted = await placePatiently(producer.url, request, key);
  await expectExactlyOnce(stage(), [accepted.id]);
  await poll(async () => (await fetch(`${producer.url}/readyz`)).status === 200, {
    what: '/readyz to recover',
  });
});

// Guard: everything is repeated, nothing twice. Networks that break again and again, everywhere.
it('brings every accepted order through once while all connections break again and again', async () => {
  const { kafkaProxy, postgresProxy, redisProxy, recorder } = stage();
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const placing = Promise.all(Array.from({ length: 8 }, () => placePatiently(producer.url)));
    for (const proxy of [kafkaProxy.tcp, postgresProxy, redisProxy]) proxy.breakConnections();
    ids.push(...(await placing).map(({ id }) => id));
  }
  await expectExactlyOnce(stage(), ids);
  expect((await recorder.upToNow(ordersTopic.name)).length).toBeGreaterThanOrEqual(40);
});
