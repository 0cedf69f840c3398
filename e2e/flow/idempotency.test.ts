import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { orderConflictType } from '#contracts/events/order-events.ts';
import type { Menu } from '#contracts/http/menu.ts';
import type { Problem } from '#contracts/http/problem.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { flatWhite, getJson, openedTypes, postOrder } from './orders.ts';
import { type RunningProducer, startConsumer } from './services.ts';
import { settled } from './settled.ts';
import { useStage } from './stage.ts';
import { startProducerThroughEdge } from './through-edge.ts';

const stage = useStage();
let producer: RunningProducer;
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  producer = parts.use(await startProducerThroughEdge(stage(), 'idempotency'));
  parts.use(await startConsumer(stage()));
});
afterAll(() => parts.disposeAsync());

const eventTypes = (orderId: string): (string | undefined)[] =>
  stage()
    .recorder.messages(orderEventsTopic.name, orderId)
    .map(({ headers }) => headers.ce_type);

/** The order book has it, and recognises a repeat also when a busy machine's Redis takes longer than it may. */
const known = (orderId: string) => stage().recorder.atLeast(1, orderEventsTopic.name, orderId);

async function forgetReceipts(): Promise<void> {
  const { host, port, password } = inject('redis');
  const redis = new Redis({ host, port, password });
  await redis.flushdb();
  await redis.quit();
}

/** Makes oat milk dearer and waits until the producer prices with it. */
async function raisePrices(): Promise<void> {
  const before = (await getJson<Menu>(producer.url, '/v1/menu')).body.version;
  await stage().database.raw("update menu.options set price_cents = price_cents + 100 where id = 'oat-milk'");
  await poll(async () => (await getJson<Menu>(producer.url, '/v1/menu')).body.version > before);
}

it('makes one order of twenty equal requests at the same time', async () => {
  const [request, key] = [flatWhite(), randomUUID()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => postOrder(producer.url, request, key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  const orderId = answers[0]?.body.id ?? '';
  await stage().recorder.atLeast(1, orderEventsTopic.name, orderId);
  await settled(stage());
  expect(eventTypes(orderId)).toEqual(openedTypes);
  expect(await stage().database('orders.orders').where({ order_id: orderId })).toHaveLength(1);
});

it('answers a repeat with the first price, although the menu has changed', async () => {
  const [request, key] = [flatWhite(), randomUUID()];
  const first = await postOrder(producer.url, request, key);
  await raisePrices();
  await known(first.body.id);
  const repeat = await postOrder(producer.url, request, key);
  expect(repeat.body).toEqual(first.body);
  expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  const other = await postOrder(producer.url, request, randomUUID());
  expect(other.body.totalCents).toBe(first.body.totalCents + 100);
});

// Guard: `on conflict (order_id) do nothing` of the order book; Redis is not what decides.
it('keeps the first price also when Redis has forgotten it', async () => {
  const [request, key] = [flatWhite(), randomUUID()];
  const first = await postOrder(producer.url, request, key);
  await stage().recorder.atLeast(1, orderEventsTopic.name, first.body.id);
  await forgetReceipts();
  await raisePrices();
  expect((await postOrder(producer.url, request, key)).status).toBe(202);
  await stage().recorder.atLeast(2, ordersTopic.name, first.body.id);
  await settled(stage());
  const now = await getJson(producer.url, `/v1/orders/${first.body.id}`);
  expect(now.body).toMatchObject({ totalCents: first.body.totalCents, version: 2 });
  expect(eventTypes(first.body.id)).toEqual(openedTypes);
});

it('refuses another order under the same key', async () => {
  const key = randomUUID();
  const first = await postOrder(producer.url, flatWhite('customer-2', 1), key);
  await known(first.body.id);
  const second = await postOrder<Problem>(producer.url, flatWhite('customer-2', 2), key);
  expect(second.status).toBe(422);
  expect(second.headers.get('content-type')).toContain('application/problem+json');
  expect(second.body).toMatchObject({
    code: 'idempotency-key-reused',
    errors: [{ field: 'header.idempotency-key' }],
  });
  // Another customer's key of the same name is another key.
  const other = await postOrder(producer.url, flatWhite('customer-3', 2), key);
  expect(other.status).toBe(202);
  expect(other.body.id).not.toBe(first.body.id);
});

// Guard: the conflict record of the order book, when Redis could not tell the producer.
it('records another order under the same key as a conflict when Redis has forgotten the first', async () => {
  const key = randomUUID();
  const first = await postOrder(producer.url, flatWhite('customer-4', 1), key);
  const { id } = first.body;
  await stage().recorder.atLeast(1, orderEventsTopic.name, id);
  await forgetReceipts();
  expect((await postOrder(producer.url, flatWhite('customer-4', 2), key)).status).toBe(202);

  const events = await stage().recorder.atLeast(3, orderEventsTopic.name, id);
  expect(events.map(({ headers }) => headers.ce_type)).toEqual([...openedTypes, orderConflictType]);
  expect(JSON.parse(events[2]?.value ?? '')).toMatchObject({ orderId: id, orderVersion: 2 });
  expect(await stage().database('orders.order_conflicts').where({ order_id: id })).toHaveLength(1);
  expect((await getJson(producer.url, `/v1/orders/${id}`)).body).toMatchObject({
    items: first.body.items,
    totalCents: first.body.totalCents,
    version: 2,
  });
});
