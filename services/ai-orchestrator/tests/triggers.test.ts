import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { aiTasksTopic, analyticsTopic, orderEventsTopic, topics } from '#contracts/topics.ts';
import { createKafka } from '#platform/kafka/client.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { emptyTopic, TopicRecorder } from '#platform/testing/topic-recorder.ts';
import { keepBuiltIn } from '../database/definitions.ts';
import { receiveSupplies } from '../database/ledger.ts';
import { builtInDefinitions } from '../domain/built-in-definitions.ts';
import { homeShop } from '../domain/home-shop.ts';
import { applyBatch } from '../triggers/apply-batch.ts';
import { readSource } from '../triggers/source-event.ts';
import { createAiDatabase, startService } from './ai-service.ts';
import { anomalyMessage, delivered, eventsOf, latte } from './source-messages.ts';

let test: TestDatabase;
const customer = 'ada';
const shop = homeShop(customer, ['harbour', 'station', 'museum']);

beforeAll(async () => {
  test = await createAiDatabase();
  await keepBuiltIn(test.database, builtInDefinitions);
});
beforeEach(async () => {
  await test.database.raw('truncate ai.runs, ai.order_memory, ai.sales, ai.stock_ledger, ai.supply_orders');
  await test.database.raw('update ai.stock set on_hand = 1000000');
});
afterAll(() => test[Symbol.asyncDispose]());

const apply = (messages: readonly OutgoingMessage[], firstOffset = 0) => {
  const batch = messages.map((message, index) => readSource(delivered(message, firstOffset + index)));
  const contexts = new Map(batch.map(({ message }) => [message, ROOT_CONTEXT]));
  return applyBatch(test.database, batch, contexts);
};
const onHand = async (ingredient: string): Promise<number> => {
  const row = await test.database
    .withSchema('ai')
    .from('stock')
    .where({ shop_id: shop, ingredient_id: ingredient })
    .first();
  return row.on_hand;
};
const runs = (): Promise<Record<string, unknown>[]> =>
  test.database.withSchema('ai').from('runs').orderBy('number');

// Guard: an event that comes again counts once.
it('counts an order once, however often its events come', async () => {
  const events = eventsOf(randomUUID(), customer, [latte(2)]);
  await apply(events);
  await apply(events, 10);
  await apply([...events, ...events], 20);
  expect(await onHand('milk')).toBe(1_000_000 - 2 * 240);
  expect(await onHand('coffee-beans')).toBe(1_000_000 - 2 * 18);
  const sales = await test.database.withSchema('ai').from('sales');
  expect(sales).toEqual([
    expect.objectContaining({ shop_id: shop, product_id: 'latte', quantity: 2, cents: 940 }),
  ]);
  const ledger = await test.database.withSchema('ai').from('stock_ledger').orderBy('ingredient_id');
  expect(ledger.map(({ change }) => change)).toEqual([-36, -480]);
});

// Guard: whoever is killed before Kafka knows that a batch was handled gets it again, and what has come since with it.
it('goes on when a batch comes again and is longer than before', async () => {
  const first = eventsOf(randomUUID(), customer, [latte(1)]);
  const second = eventsOf(randomUUID(), customer, [latte(2)]);
  await apply(first);
  await apply([...first, ...second]);
  expect(await onHand('milk')).toBe(1_000_000 - 3 * 240);
  const { rows } = await test.database.raw<{ rows: { taken: number }[] }>(
    "select sum(change) as taken from ai.stock_ledger where ingredient_id = 'milk'",
  );
  expect(rows[0]?.taken).toBe(-3 * 240);
});

it('takes nothing for an order that is accepted and never begun', async () => {
  const [accepted] = eventsOf(randomUUID(), customer, [latte(2)]);
  await apply([accepted]);
  expect(await onHand('milk')).toBe(1_000_000);
});

it('keeps the books with many batches at once', async () => {
  const orders = Array.from({ length: 60 }, (_, index) =>
    eventsOf(randomUUID(), `customer-${index}`, [latte(1)]),
  );
  await Promise.all(
    [0, 1, 2, 3].map((part) => apply(orders.slice(part * 15, part * 15 + 15).flat(), part * 100)),
  );
  const { rows } = await test.database.raw<{ rows: { taken: number }[] }>(
    "select 3 * 1000000 - sum(on_hand) as taken from ai.stock where ingredient_id = 'milk'",
  );
  expect(rows[0]?.taken).toBe(60 * 240);
});

// Guard: each reason starts one run.
it('starts one restock for a shop in an hour, however many orders run it low', async () => {
  await test.database.raw("update ai.stock set on_hand = 0 where ingredient_id = 'milk'");
  const first = await apply(eventsOf(randomUUID(), customer, [latte(1)]));
  const second = await apply(eventsOf(randomUUID(), customer, [latte(1)]), 10);
  expect([first.started, second.started]).toEqual([1, 0]);
  expect(await runs()).toEqual([
    expect.objectContaining({
      definition: 'restock',
      input: { shopId: shop },
      trigger: orderEventsTopic.name,
    }),
  ]);
});

it('starts no other restock for a shop while somebody decides on one', async () => {
  await test.database.raw("update ai.stock set on_hand = 0 where ingredient_id = 'milk'");
  const low = (offset: number, timestampMs: number) => {
    const batch = eventsOf(randomUUID(), customer, [latte(1)]).map((message, index) =>
      readSource({ ...delivered(message, offset + index), timestampMs }),
    );
    const contexts = new Map(batch.map(({ message }) => [message, ROOT_CONTEXT]));
    return applyBatch(test.database, batch, contexts);
  };
  const hour = 3_600_000;
  expect((await low(0, 0)).started).toBe(1);
  expect((await low(10, 2 * hour)).started).toBe(0);
  await test.database.raw("update ai.runs set status = 'rejected', finished_at = now()");
  expect((await low(20, 4 * hour)).started).toBe(1);
});

it('starts one run for an anomaly, by its kind', async () => {
  const burst = anomalyMessage();
  const velocity = anomalyMessage({ kind: 'velocity', subject: 'eve' });
  await apply([burst, velocity]);
  await apply([burst, velocity, anomalyMessage()], 10);
  expect((await runs()).map(({ definition, input }) => [definition, input])).toEqual([
    ['surge', { observed: 80, threshold: 50, startsAt: '2026-03-01T08:00:00.000Z' }],
    [
      'unusual-customer',
      { customerId: 'eve', observed: 80, threshold: 50, startsAt: '2026-03-01T08:00:00.000Z' },
    ],
  ]);
});

it('puts supplies into the stock when they have come, once', async () => {
  await test.database.raw(
    `insert into ai.supply_orders (id, run_id, shop_id, lines, cents, ordered_at)
     values (gen_random_uuid(), gen_random_uuid(), ?, ?, 100, now() - interval '2 days'),
            (gen_random_uuid(), gen_random_uuid(), ?, ?, 100, now())`,
    [
      shop,
      JSON.stringify([
        { ingredientId: 'milk', quantity: 20_000, cents: 1 },
        { ingredientId: 'coffee-beans', quantity: 5_000, cents: 1 },
      ]),
      shop,
      JSON.stringify([{ ingredientId: 'milk', quantity: 10_000, cents: 1 }]),
    ],
  );
  for (let round = 0; round < 2; round += 1)
    await test.database.transaction((transaction) => receiveSupplies(transaction, 100));
  // Beans take three days, and the second order has just been made.
  expect(await onHand('milk')).toBe(1_020_000);
  expect(await onHand('coffee-beans')).toBe(1_000_000);
});

const log = quietLog();

async function emptyKafka() {
  const kafka = createKafka({ brokers: [inject('broker')], clientId: 'test' }, log);
  const admin = kafka.admin();
  await admin.connect();
  await ensureTopics(admin, topics, 1);
  await admin.disconnect();
  for (const { name } of [orderEventsTopic, analyticsTopic, aiTasksTopic]) await emptyTopic(kafka, name);
  return kafka;
}

it('acts on events from Kafka, and tells of it there', async () => {
  const kafka = await emptyKafka();
  await using recorder = await TopicRecorder.start(kafka, [aiTasksTopic.name]);
  await using sender = new Sender(kafka, log);
  await using _service = await startService(test, {
    KAFKA_BROKERS: inject('broker'),
    AI_GROUP: `ai-${randomUUID()}`,
  });
  const customerId = `customer-${randomUUID()}`;
  const message = anomalyMessage({ kind: 'velocity', subject: customerId });
  await poll(() => sender.send([{ message, context: ROOT_CONTEXT }]).then(() => true), { what: 'kafka' });
  const told = await recorder.atLeast(2, aiTasksTopic.name);
  expect(told.map(({ headers }) => headers.ce_type)).toEqual([
    'dev.gocoffee.ai.action-done.v1',
    'dev.gocoffee.ai.run-finished.v1',
  ]);
  expect(JSON.parse(told[1]?.value ?? '')).toMatchObject({
    definition: 'unusual-customer',
    outcome: 'completed',
    trigger: analyticsTopic.name,
  });
});

// Guard: back-pressure. What can't be run soon stays in Kafka, where it costs nothing and is not lost.
it('leaves events in Kafka while the engine is full, and acts on them when it has room', async () => {
  const kafka = await emptyKafka();
  await using sender = new Sender(kafka, log);
  await using service = await startService(test, {
    KAFKA_BROKERS: inject('broker'),
    AI_GROUP: `ai-${randomUUID()}`,
    ENGINE_WORKER_CONCURRENCY: '1',
    ENGINE_GLOBAL_CONCURRENCY: '1',
    ENGINE_MAX_QUEUED: '1',
    ENGINE_MAX_WAITING: '1',
    HEALTH_CHECK_INTERVAL: '1s',
  });
  await service.ask('POST', '/v1/workflows', {
    id: 'long',
    description: 'it takes its time',
    steps: [{ id: 'wait', kind: 'pause', seconds: 3_600 }],
  });
  // One at work, one in the queue of the engine, one in front of it.
  const long: string[] = [];
  for (const key of ['at-work', 'queued', 'waiting']) {
    const { id } = await service.ask<{ id: string }>('POST', '/v1/workflows/long/execute', {}, key);
    long.push(id);
    const status = { 'at-work': 'running', queued: 'queued', waiting: 'waiting' }[key];
    await poll(
      async () => (await service.ask<{ status: string }>('GET', `/v1/runs/${id}`)).status === status,
      { what: `a run to be ${status}` },
    );
  }
  const message = anomalyMessage({ kind: 'velocity', subject: `customer-${randomUUID()}` });
  await poll(() => sender.send([{ message, context: ROOT_CONTEXT }]).then(() => true), { what: 'kafka' });
  const started = async (): Promise<boolean> =>
    (await runs()).some(({ definition }) => definition === 'unusual-customer');
  await poll(() => service.context.health.report.status === 'ready', { what: 'the group' });
  await expect(poll(started, { deadlineMs: 3_000 })).rejects.toThrow();
  for (const id of long) await service.ask('POST', `/v1/runs/${id}/stop`);
  await poll(started, { what: 'the run of the event' });
});
