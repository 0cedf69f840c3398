import type { Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { orderConflictType } from '#contracts/events/order-events.ts';
import {
  deadLetterAuditTopic,
  isDeadLetterName,
  orderEventsTopic,
  ordersDeadLetterTopic,
  ordersTopic,
} from '#contracts/topics.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { poll } from '#platform/testing/poll.ts';
import { emptyTopics } from '#platform/testing/topic-recorder.ts';
import { DeadLetterDesk } from '../../scripts/dlq/desk.ts';
import type { LetterBook, LetterState } from '../../scripts/dlq/letter-book.ts';
import { purge } from '../../scripts/dlq/purge.ts';
import { replay } from '../../scripts/dlq/replay.ts';
import { command, placeOrder } from '../../services/consumer/tests/commands.ts';
import { openedTypes } from './orders.ts';
import { startConsumer } from './services.ts';
import { settled } from './settled.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
const { signal } = new AbortController();
let desk: DeadLetterDesk;
let producer: Producer;

beforeAll(async () => {
  // Other tests leave letters in the shared broker, in any dead letter topic; here a replay is a replay of everything.
  const isOfLetters = (topic: string): boolean =>
    isDeadLetterName(topic) || topic === deadLetterAuditTopic.name;
  await emptyTopics(stage().directKafka, isOfLetters);
  desk = parts.use(await DeadLetterDesk.open({ broker: inject('broker') }));
  parts.use(await startConsumer(stage()));
  producer = stage().directKafka.producer({ retry: { retries: 30, maxRetryTime: 2_000 } });
  await producer.connect();
  parts.defer(() => producer.disconnect());
});
afterAll(() => parts.disposeAsync());

async function send(commands: readonly OutgoingMessage[]): Promise<void> {
  await producer.send({
    topic: ordersTopic.name,
    messages: commands.map(({ key, value, headers }) => ({ key, value, headers })),
  });
}

/** Runs `work` while the database refuses all orders: a cause that can be mended is what a replay is for. */
async function whileRefused(work: () => Promise<void>): Promise<void> {
  const { database } = stage();
  await database.raw('alter table orders.orders add constraint closed check (version < 0) not valid');
  await work().finally(() => database.raw('alter table orders.orders drop constraint closed'));
}

const statesOf = (book: LetterBook): LetterState[] => book.letters.map((letter) => book.stateOf(letter));

const eventTypes = (id: string): (string | undefined)[] =>
  stage()
    .recorder.messages(orderEventsTopic.name, id)
    .map(({ headers }) => headers.ce_type);

// Guards: the order of the replay (the first command wins), and the inbox (what has had its effect would come back).
it('makes each order once, however often all dead letters are replayed', async () => {
  const { database, recorder } = stage();
  const orders = Array.from({ length: 25 }, () => command(placeOrder()));
  const ids = orders.map(({ key }) => key);
  // Other orders under the same ids, which lose against the first.
  const rivals = ids.slice(0, 5).map((orderId) => command(placeOrder({ orderId })));
  await whileRefused(async () => {
    await send(orders);
    await send(rivals);
    for (const id of ids) await recorder.atLeast(1, ordersDeadLetterTopic.name, id);
    for (const { key } of rivals) await recorder.atLeast(2, ordersDeadLetterTopic.name, key);
  });
  expect(await database('orders.orders').whereIn('order_id', ids)).toHaveLength(0);

  const book = await desk.read(signal);
  expect(new Set(book.letters.map(({ message }) => message.key))).toEqual(new Set(ids));
  expect(await replay(desk, book.letters, signal)).toEqual({ replayed: 30, refused: [] });
  await settled(stage());
  expect(new Set(statesOf(await desk.read(signal)))).toEqual(new Set(['replayed']));
  const stored = await database('orders.orders').whereIn('order_id', ids).orderBy('order_id');

  // The same letters again, as a replay does whose audit was lost, and as --again does.
  expect(await replay(desk, book.letters, signal)).toEqual({ replayed: 30, refused: [] });
  await settled(stage());
  const letters = await desk.read(signal);
  expect(letters.letters).toHaveLength(30);
  expect(new Set(statesOf(letters))).toEqual(new Set(['replayed']));
  expect(stored).toHaveLength(25);
  expect(await database('orders.orders').whereIn('order_id', ids).orderBy('order_id')).toEqual(stored);
  expect(await database('orders.order_conflicts').whereIn('order_id', ids)).toHaveLength(5);
  for (const [index, { key, value, headers }] of orders.entries()) {
    const own = recorder
      .messages(ordersTopic.name, key)
      .filter((message) => message.headers.ce_id === headers.ce_id);
    expect(own.map((message) => message.value)).toEqual([value, value, value]);
    expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
    expect(own.map((message) => message.headers.replay_of !== undefined)).toEqual([false, true, true]);
    const conflict = index < rivals.length ? [orderConflictType] : [];
    expect(eventTypes(key)).toEqual([...openedTypes, ...conflict]);
    const { fingerprint } = JSON.parse(String(value)) as { fingerprint: string };
    expect(stored.find(({ order_id }) => order_id === key)).toMatchObject({ fingerprint });
  }
});

it('keeps who did what, and shows what failed again', async () => {
  const { recorder } = stage();
  const order = command(placeOrder());
  const ofOrder = (book: LetterBook) => book.letters.filter(({ message }) => message.key === order.key);
  await whileRefused(async () => {
    await send([order]);
    await recorder.atLeast(1, ordersDeadLetterTopic.name, order.key);
    await replay(desk, ofOrder(await desk.read(signal)), signal);
    await recorder.atLeast(2, ordersDeadLetterTopic.name, order.key);
  });
  const book = await desk.read(signal);
  const letters = ofOrder(book);
  expect(letters.map((letter) => book.stateOf(letter))).toEqual(['returned', 'new']);
  expect(letters.flatMap((letter) => book.trailOf(letter))).toMatchObject([
    { action: 'replay', outcome: 'done', code: 'rejected-by-database', key: order.key, run: desk.run },
  ]);
});

it('deletes purged letters, and only what no kept letter stands behind', async () => {
  const before = await desk.read(signal);
  const [kept, ...others] = before.letters.filter((letter) => before.stateOf(letter) === 'new');
  if (!kept) throw new Error('the letter that failed again is gone');
  expect(others).toEqual([]);
  const given = before.letters.filter((letter) => letter !== kept);
  const { purged } = await purge(desk, given, signal);
  expect(purged).toBe(given.length);
  const after = await poll(async () => {
    const book = await desk.read(signal);
    return book.letters[0]?.position === kept.position ? book : undefined;
  });
  expect(after.letters.map(({ position }) => position)).toEqual([kept.position]);
  expect(after.trailOf(kept)).toEqual([]);
});
