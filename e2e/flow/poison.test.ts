import { randomUUID } from 'node:crypto';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderEventsTopic, ordersDeadLetterTopic, ordersTopic } from '#contracts/topics.ts';
import type { TracedMessage } from '#platform/kafka/sender.ts';
import { Sender } from '#platform/kafka/sender.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { command, placeOrder } from '../../services/consumer/tests/commands.ts';
import { startConsumer } from './services.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let deadLettersAway = false;

beforeAll(async () => {
  const sender = parts.use(new Sender(stage().kafka, quietLog()));
  const send = (batch: readonly TracedMessage[]): Promise<void> =>
    deadLettersAway && batch.some(({ message }) => message.topic === ordersDeadLetterTopic.name)
      ? Promise.reject(new Error('the dead letters are away'))
      : sender.send(batch);
  parts.use(await startConsumer(stage(), { sender: { send } }));
});
afterAll(() => parts.disposeAsync());

/** Sends messages to one partition in one request, so that they are neighbours in a batch. */
async function send(messages: readonly Message[]): Promise<void> {
  const producer = stage().directKafka.producer();
  await producer.connect();
  await producer.send({
    topic: ordersTopic.name,
    messages: messages.map((message) => ({ ...message, partition: 5 })),
  });
  await producer.disconnect();
}

const good = (): Message & { key: string } => {
  const { key, value, headers } = command(placeOrder());
  return { key, value, headers };
};

const valid = good();
const withHeader = (name: string, value: string): Message => ({
  ...good(),
  headers: { ...valid.headers, [name]: value },
});
const withData = (data: object): Message => {
  const place = placeOrder();
  const { key, headers } = command(place);
  return { key, headers, value: JSON.stringify({ ...place, ...data }) };
};
const [line] = placeOrder().lines;
const withName = (name: string): Message => withData({ lines: [{ ...line, name }] });

// Guard: each of these ends in the dead letters, its neighbours are applied, the partition goes on.
it.each<[what: string, code: string, message: Message]>([
  ['no CloudEvent', 'malformed-event', { key: randomUUID(), value: 'hello' }],
  ['no JSON', 'malformed-event', { ...good(), value: '{"orderId":' }],
  ['null as value', 'malformed-event', { ...good(), value: null }],
  ['neither key nor value nor headers', 'malformed-event', { key: null, value: null }],
  ['bytes that are no text', 'malformed-event', { ...good(), value: Buffer.from([0xff, 0xfe, 0x00, 0x80]) }],
  ['an id that is no UUID', 'malformed-event', withHeader('ce_id', 'not-a-uuid')],
  ['an unknown type', 'unknown-type', withHeader('ce_type', 'dev.gocoffee.order.eat.v1')],
  ['invalid data', 'invalid-data', withData({ totalCents: 'many' })],
  ['an amount beyond every limit', 'invalid-data', withData({ totalCents: 2 ** 40 })],
  ['another key than its order', 'invalid-data', { ...good(), key: randomUUID() }],
  ['a NUL that PostgreSQL refuses', 'rejected-by-database', withName('flat \u0000 white')],
  ['half a character that PostgreSQL refuses', 'rejected-by-database', withName('flat \ud800 white')],
  [
    'a year that PostgreSQL refuses',
    'rejected-by-database',
    withData({ placedAt: '0000-01-01T00:00:00.000Z' }),
  ],
])('buries a message with %s', async (_what, code, poison) => {
  const [before, after] = [good(), good()];
  const marker = randomUUID();
  await send([before, { ...poison, headers: { ...poison.headers, marker } }, after]);
  const { recorder } = stage();
  for (const { key } of [before, after]) await recorder.atLeast(1, orderEventsTopic.name, key);
  const letter = await poll(
    () => recorder.messages(ordersDeadLetterTopic.name).find(({ headers }) => headers.marker === marker),
    { what: 'the dead letter' },
  );
  const origin = (await recorder.upToNow(ordersTopic.name)).find(({ headers }) => headers.marker === marker);
  expect(letter.headers).toMatchObject({
    dlq_error_code: code,
    dlq_origin_topic: ordersTopic.name,
    dlq_origin_partition: '5',
    dlq_origin_offset: origin?.offset,
  });
  expect(letter.value).toBe(origin?.value ?? '');
});

// Guard: the dead letter is published before the offset moves. Otherwise the message is gone for good.
it('does not move on while the dead letters are away, and loses nothing', async () => {
  const { recorder, directKafka, environment } = stage();
  deadLettersAway = true;
  const [before, poison, after] = [good(), { ...good(), value: '{' }, good()];
  await send([before, poison, after]);
  const origin = await poll(() => recorder.messages(ordersTopic.name, poison.key)[0]);
  const admin = directKafka.admin();
  await admin.connect();
  const committed = async (): Promise<number> => {
    const groupId = environment('consumer').CONSUMER_GROUP ?? '';
    const [topic] = await admin.fetchOffsets({ groupId, topics: [ordersTopic.name] });
    return Number(topic?.partitions.find(({ partition }) => partition === 5)?.offset);
  };
  // Another partition's order shows that the consumer has been at work meanwhile.
  const other = command(placeOrder());
  const producer = directKafka.producer();
  await producer.connect();
  const { key, value, headers } = other;
  await producer.send({ topic: ordersTopic.name, messages: [{ key, value, headers, partition: 6 }] });
  await producer.disconnect();
  await recorder.atLeast(1, orderEventsTopic.name, other.key);
  expect(await committed()).toBeLessThanOrEqual(Number(origin.offset));

  deadLettersAway = false;
  await recorder.atLeast(1, ordersDeadLetterTopic.name, poison.key);
  for (const order of [before, after]) await recorder.atLeast(2, orderEventsTopic.name, order.key);
  await poll(async () => (await committed()) > Number(origin.offset) + 1, { what: 'the offset to move on' });
  await admin.disconnect();
  for (const order of [before, after])
    expect(await recorder.upToNow(orderEventsTopic.name, order.key)).toHaveLength(2);
});
