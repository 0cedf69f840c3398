import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  deadLetterAuditTopic,
  orderEventsTopic,
  ordersDeadLetterTopic,
  ordersTopic,
} from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { emptyTopic } from '#platform/testing/topic-recorder.ts';
import { DeadLetterDesk } from '../../scripts/dlq/desk.ts';
import type { LetterBook, LetterState } from '../../scripts/dlq/letter-book.ts';
import { purge } from '../../scripts/dlq/purge.ts';
import { replay } from '../../scripts/dlq/replay.ts';
import { command, placeOrder } from '../../services/consumer/tests/commands.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { startConsumer } from './services.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
const { signal } = new AbortController();
let desk: DeadLetterDesk;

beforeAll(async () => {
  // Other tests leave letters in the shared broker; here a replay is a replay of everything.
  for (const { name } of [ordersDeadLetterTopic, deadLetterAuditTopic]) {
    await emptyTopic(stage().directKafka, name);
  }
  desk = parts.use(await DeadLetterDesk.open(inject('broker')));
  parts.use(await startConsumer(stage()));
});
afterAll(() => parts.disposeAsync());

async function place(count: number): Promise<string[]> {
  const producer = stage().directKafka.producer();
  await producer.connect();
  const commands = Array.from({ length: count }, () => command(placeOrder()));
  await producer.send({
    topic: ordersTopic.name,
    messages: commands.map(({ key, value, headers }) => ({ key, value, headers })),
  });
  await producer.disconnect();
  return commands.map(({ key }) => key);
}

/** Orders that the database refuses, until the cause is mended: what a replay is for. */
async function buryOrders(count: number): Promise<string[]> {
  const { database, recorder } = stage();
  await database.raw(
    'alter table orders.orders add constraint no_lattes check (total_cents <> 410) not valid',
  );
  try {
    const ids = await place(count);
    for (const id of ids) await recorder.atLeast(1, ordersDeadLetterTopic.name, id);
    return ids;
  } finally {
    await database.raw('alter table orders.orders drop constraint no_lattes');
  }
}

const statesOf = (book: LetterBook): LetterState[] => book.letters.map((letter) => book.stateOf(letter));

/** Everything that was replayed has been handled once a later order of each of their partitions is accepted. */
async function settled(): Promise<void> {
  const ids = await place(60);
  for (const id of ids) await stage().recorder.atLeast(1, orderEventsTopic.name, id);
}

it('makes each order once, however often all dead letters are replayed', async () => {
  const ids = await buryOrders(25);
  const { database, recorder } = stage();
  expect(await database('orders.orders').whereIn('order_id', ids)).toHaveLength(0);

  const book = await desk.read(signal);
  expect(new Set(book.letters.map(({ message }) => message.key))).toEqual(new Set(ids));
  expect(await replay(desk, book.letters, signal)).toEqual({ replayed: 25, refused: [] });
  await expectExactlyOnce(stage(), ids);
  const afterFirst = await desk.read(signal);
  expect(new Set(statesOf(afterFirst))).toEqual(new Set(['replayed']));

  // The same letters again, as a replay does whose audit was lost, and as --again does.
  expect(await replay(desk, book.letters, signal)).toEqual({ replayed: 25, refused: [] });
  await settled();
  await expectExactlyOnce(stage(), ids);
  for (const id of ids) {
    const commands = recorder.messages(ordersTopic.name, id);
    expect(commands).toHaveLength(3);
    // The inbox drops the second one by this id.
    expect(new Set(commands.map(({ headers }) => headers.ce_id)).size).toBe(1);
    expect(new Set(commands.map(({ value }) => value)).size).toBe(1);
    expect(new Set(commands.map(({ partition }) => partition)).size).toBe(1);
    expect(commands.map(({ headers }) => headers.replay_of !== undefined)).toEqual([false, true, true]);
    expect(recorder.messages(orderEventsTopic.name, id)).toHaveLength(1);
  }
  const conflicts = await database('orders.order_conflicts').whereIn('order_id', ids);
  expect(conflicts).toHaveLength(0);
});

it('keeps who did what, and shows what failed again', async () => {
  const { database, recorder } = stage();
  await database.raw(
    'alter table orders.orders add constraint no_lattes check (total_cents <> 410) not valid',
  );
  try {
    const [id = ''] = await place(1);
    await recorder.atLeast(1, ordersDeadLetterTopic.name, id);
    const first = await desk.read(signal);
    await replay(
      desk,
      first.letters.filter(({ message }) => message.key === id),
      signal,
    );
    await recorder.atLeast(2, ordersDeadLetterTopic.name, id);
    const book = await desk.read(signal);
    const letters = book.letters.filter(({ message }) => message.key === id);
    expect(letters.map((letter) => book.stateOf(letter))).toEqual(['returned', 'new']);
    const [returned] = letters;
    if (!returned) throw new Error('the letter is gone');
    expect(book.trailOf(returned)).toMatchObject([
      { action: 'replay', outcome: 'done', code: 'rejected-by-database', key: id, run: desk.run },
    ]);
  } finally {
    await database.raw('alter table orders.orders drop constraint no_lattes');
  }
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
