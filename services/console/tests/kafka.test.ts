import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Admin, Kafka } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { orderEventsTopic } from '#contracts/topics.ts';
import { createKafka } from '#platform/kafka/client.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';
import { Sender, type TracedMessage } from '#platform/kafka/sender.ts';
import { ensureTopics } from '#platform/kafka/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { KafkaView } from '../kafka/kafka-view.ts';
import { partitionOf } from '../kafka/key-partition.ts';
import { groupPrefix, MessageReader } from '../kafka/message-reader.ts';
import { kafkaEvents } from '../kafka/order-feed.ts';

const log = quietLog();
const partitions = 12;
let kafka: Kafka;
let admin: Admin;
let reader: MessageReader;
const parts = new AsyncDisposableStack();

beforeAll(async () => {
  kafka = createKafka({ brokers: [inject('broker')], clientId: 'console-test' }, log);
  admin = kafka.admin();
  await admin.connect();
  parts.defer(() => admin.disconnect());
  reader = new MessageReader(kafka, admin, log);
});
afterAll(() => parts.disposeAsync());

const topicNamed = async (name: string): Promise<string> => {
  await ensureTopics(admin, [{ ...orderEventsTopic, name }], 1);
  await poll(() => admin.fetchTopicOffsets(name), { what: `the leaders of ${name}` });
  return name;
};

const traced = (message: OutgoingMessage): TracedMessage => ({ message, context: ROOT_CONTEXT });

/** Sends as the services do: the key decides the partition. */
async function send(topic: string, keys: readonly string[]): Promise<void> {
  await using sender = new Sender(kafka, log);
  const messages = keys.map((key, index) => traced({ topic, key, value: `${index}`, headers: {} }));
  await poll(() => sender.send(messages).then(() => true));
}

/** Groups of the console that are there. */
const groups = async (): Promise<string[]> =>
  (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(groupPrefix));

it('finds the partition that the services put a key in', async () => {
  const topic = await topicNamed(`console-${randomUUID()}`);
  const keys = Array.from({ length: 40 }, () => randomUUID());
  await send(topic, keys);
  const found = new Map<string, number>();
  const ends = await admin.fetchTopicOffsets(topic);
  const ranges = ends.map(({ partition, low, high }) => ({
    topic,
    partition,
    from: Number(low),
    to: Number(high),
  }));
  expect(await reader.read(ranges, ({ key = '', partition }) => found.set(key, partition), 20_000)).toBe(
    true,
  );
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(keys.map((key) => [key, partitionOf(key, partitions)])),
  );
});

it('reads what it was asked for and no more, and leaves no group behind', async () => {
  const topic = await topicNamed(`console-${randomUUID()}`);
  const key = randomUUID();
  const partition = partitionOf(key, partitions);
  await send(
    topic,
    Array.from({ length: 10 }, () => key),
  );
  const seen: IncomingMessage[] = [];
  expect(
    await reader.read([{ topic, partition, from: 3, to: 7 }], (message) => seen.push(message), 20_000),
  ).toBe(true);
  expect(seen.map(({ offset }) => offset)).toEqual(['3', '4', '5', '6']);
  expect(await groups()).toEqual([]);
});

it('says when it was not enough time', async () => {
  const topic = await topicNamed(`console-${randomUUID()}`);
  const beyond = { topic, partition: 0, from: 0, to: 5 };
  expect(await reader.read([beyond], () => undefined, 1_000)).toBe(false);
});

it('shows topics and their messages as they are', async () => {
  const topic = await topicNamed(`console-${randomUUID()}`);
  const key = randomUUID();
  await send(topic, [key, key]);
  const view = new KafkaView(admin, reader);
  const { topics } = await view.overview();
  const found = topics.find(({ name }) => name === topic);
  expect(found?.partitions).toHaveLength(partitions);
  expect(found?.partitions[partitionOf(key, partitions)]).toMatchObject({
    begin: 0,
    end: 2,
    replicas: 1,
    inSync: 1,
  });
  const messages = await view.messages(topic, { limit: 10 });
  expect(messages.map((message) => [message.key, message.value])).toEqual([
    [key, '1'],
    [key, '0'],
  ]);
  await expect(view.messages(`nothing-${randomUUID()}`, { limit: 1 })).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('follows events from now on, and leaves no group behind', async () => {
  await topicNamed(orderEventsTopic.name);
  const seen: string[] = [];
  const following = await kafkaEvents(kafka, log).open(
    ({ key = '' }) => seen.push(key),
    () => undefined,
  );
  const orderId = randomUUID();
  const event = {
    id: randomUUID(),
    type: 'dev.gocoffee.order.accepted.v1',
    source: '/services/consumer',
    subject: orderId,
    time: new Date().toISOString(),
    data: {},
  };
  const message = encodeEvent(event, orderEventsTopic.name, orderId);
  await using sender = new Sender(kafka, log);
  // Whoever joins a group sees what is sent after that; until then it is sent again.
  await poll(async () => {
    await sender.send([traced(message)]);
    return seen.includes(orderId);
  });
  await following[Symbol.asyncDispose]();
  expect(await groups()).toEqual([]);
});
