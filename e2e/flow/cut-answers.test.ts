import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Problem } from '#contracts/http/problem.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { flatWhite, getJson, openedTypes, placePatiently, postOrder } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { settled } from './settled.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let producer: RunningProducer;

beforeAll(async () => {
  producer = parts.use(await startProducer(stage()));
  parts.use(await startConsumer(stage(), { kafka: stage().directKafka }));
});
afterAll(() => parts.disposeAsync());

async function expectOneOrder(id: string, atLeastAppended: number): Promise<void> {
  const { recorder, database } = stage();
  const appended = await recorder.atLeast(atLeastAppended, ordersTopic.name, id);
  await settled(stage());
  expect(new Set(appended.map(({ headers }) => headers.ce_id)).size).toBe(1);
  expect(await database('orders.orders').where({ order_id: id })).toHaveLength(1);
  expect(await database('orders.order_conflicts').where({ order_id: id })).toHaveLength(0);
  const types = (await recorder.atLeast(2, orderEventsTopic.name, id)).map(({ headers }) => headers.ce_type);
  expect(types).toEqual(openedTypes);
}

it('accepts an order once although the answer of the broker that had appended it was cut', async () => {
  stage().kafkaProxy.cutProduceAnswers((request) => request === 1);
  const order = await placePatiently(producer.url);
  expect(stage().kafkaProxy.cutAnswers).toBe(1);
  await expectOneOrder(order.id, 2);
});

it('says 503 when it does not know, and accepts the repeat as the same order', async () => {
  const { kafkaProxy } = stage();
  const [request, key] = [flatWhite(), randomUUID()];
  kafkaProxy.cutProduceAnswers(() => true);
  const first = await postOrder<Problem>(producer.url, request, key);
  expect(first).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
  expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(kafkaProxy.cutAnswers).toBeGreaterThan(0);
  kafkaProxy.cutProduceAnswers(() => false);
  const order = await placePatiently(producer.url, request, key);
  await expectOneOrder(order.id, 2);
  expect((await getJson(producer.url, `/v1/orders/${order.id}`)).status).toBe(200);
});

it('loses no accepted order of many while answers are cut again and again', async () => {
  const { kafkaProxy, recorder, database } = stage();
  kafkaProxy.cutProduceAnswers((request) => request % 4 === 0);
  const placeInTurn = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push((await placePatiently(producer.url)).id);
    return ids;
  };
  const ids = (await Promise.all(Array.from({ length: 6 }, placeInTurn))).flat();
  kafkaProxy.cutProduceAnswers(() => false);
  for (const id of ids) await recorder.atLeast(1, orderEventsTopic.name, id);
  expect(await database('orders.orders').whereIn('order_id', ids)).toHaveLength(60);
});
