import type { Admin } from 'kafkajs';
import { expect, it } from 'vitest';
import { kafkaOverview, messagePage, orderEventPage } from '#contracts/http/console.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { FakeKafka, startConsole } from '../tests/start-console.ts';
import { KafkaView } from './kafka-view.ts';
import { partitionOf } from './key-partition.ts';

const orderId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
const at = Date.parse('2026-03-01T10:00:00Z');

const message = (topic: string, partition: number, offset: number, key: string, ms = 0): IncomingMessage => ({
  topic,
  partition,
  offset: String(offset),
  key,
  value: Buffer.from('{"total":450}'),
  headers: { ce_type: 'dev.gocoffee.order.accepted.v1' },
  timestampMs: at + ms,
});

/** As much of kafkajs' admin as is asked, for topics of 12 partitions that each end at `high`. */
function adminWith(high: number, overrides: Partial<Admin> = {}): Admin {
  const ids = Array.from({ length: 12 }, (_, id) => id);
  return {
    connect: () => Promise.resolve(),
    fetchTopicOffsets: () =>
      Promise.resolve(ids.map((partition) => ({ partition, offset: `${high}`, high: `${high}`, low: '2' }))),
    fetchTopicOffsetsByTimestamp: () => Promise.resolve(ids.map((partition) => ({ partition, offset: '4' }))),
    ...overrides,
  } as Admin;
}

async function ask(kafka: KafkaView, path: string): Promise<{ status: number; body: unknown }> {
  await using console = await startConsole({ kafka });
  const answer = await fetch(`${console.url}/console/v1/${path}`, {
    headers: await signedIn('olivia', 'operator'),
  });
  return { status: answer.status, body: await answer.json() };
}

it('has topics with their partitions, and groups with what they have not read', async () => {
  const admin = adminWith(10, {
    fetchTopicMetadata: () =>
      Promise.resolve({
        topics: ['orders.v1', '__consumer_offsets'].map((name) => ({
          name,
          partitions: [
            {
              partitionErrorCode: 0,
              partitionId: 1,
              leader: 1,
              replicas: [1, 2, 3],
              isr: [1, 2],
              offlineReplicas: [],
            },
            {
              partitionErrorCode: 0,
              partitionId: 0,
              leader: 1,
              replicas: [1, 2, 3],
              isr: [1, 2, 3],
              offlineReplicas: [],
            },
          ],
        })),
      }),
    listGroups: () =>
      Promise.resolve({
        groups: ['consumer', 'console-7', 'coffee-cli-1'].map((groupId) => ({
          groupId,
          protocolType: 'consumer',
        })),
      }),
    describeGroups: (ids) =>
      Promise.resolve({
        groups: ids.map((groupId) => ({ groupId, state: 'Stable', members: [{}, {}] })),
      } as never),
    fetchOffsets: () =>
      Promise.resolve([
        {
          topic: 'orders.v1',
          partitions: [
            { partition: 0, offset: '7', metadata: null },
            // Nothing was committed there yet.
            { partition: 1, offset: '-1', metadata: null },
          ],
        },
      ]),
  });
  const { body } = await ask(new KafkaView(admin, new FakeKafka().reader), 'kafka');
  expect(kafkaOverview.parse(body)).toEqual({
    topics: [
      {
        name: 'orders.v1',
        partitions: [
          { id: 0, leader: 1, replicas: 3, inSync: 3, begin: 2, end: 10 },
          { id: 1, leader: 1, replicas: 3, inSync: 2, begin: 2, end: 10 },
        ],
      },
    ],
    groups: [{ id: 'consumer', state: 'Stable', members: 2, topics: [{ topic: 'orders.v1', lag: 13 }] }],
  });
});

it('reads the latest messages of a topic, newest first', async () => {
  const kafka = new FakeKafka();
  for (let offset = 0; offset < 10; offset += 1)
    kafka.messages.push(message('orders.v1', 3, offset, `order-${offset}`, offset));
  const { body } = await ask(
    new KafkaView(adminWith(10), kafka.reader),
    'kafka/orders.v1/messages?partition=3&limit=4',
  );
  const { messages } = messagePage.parse(body);
  expect(messages.map(({ offset }) => offset)).toEqual(['9', '8', '7', '6']);
  expect(messages[0]).toMatchObject({
    key: 'order-9',
    value: '{"total":450}',
    at: '2026-03-01T10:00:00.009Z',
  });
  expect(kafka.asked).toEqual([[{ topic: 'orders.v1', partition: 3, from: 6, to: 10 }]]);
});

it('finds what was said about an order in the one partition of its key', async () => {
  const kafka = new FakeKafka();
  const partition = partitionOf(orderId, 12);
  kafka.messages.push(
    message('order-events.v1', partition, 5, orderId, 20),
    message('order-events.v1', partition, 6, 'somebody-elses', 25),
    message('orders.v1', partition, 4, orderId, 10),
    message('orders.v1', partition, 3, orderId, -90_000),
    message('orders.v1.dlq', partition, 4, orderId, 30),
    message('payments.v1.dlq', partition, 5, 'somebody-elses', 30),
  );
  const { body } = await ask(
    new KafkaView(adminWith(10), kafka.reader),
    `orders/${orderId}/events?since=2026-03-01T10:00:00Z`,
  );
  const { events, deadLetters, complete } = orderEventPage.parse(body);
  expect(events.map(({ topic, offset }) => `${topic}/${offset}`)).toEqual([
    'orders.v1/4',
    'order-events.v1/5',
  ]);
  expect(deadLetters.map(({ topic, offset }) => `${topic}/${offset}`)).toEqual(['orders.v1.dlq/4']);
  expect(complete).toBe(true);
  expect(kafka.asked[0]?.every((range) => range.partition === partition && range.from === 4)).toBe(true);
});

// Guard: of an order that has ended, nothing is read but what was written in its time.
it('looks no further than an order has changed, but at all dead letters since', async () => {
  const asked: (number | undefined)[] = [];
  const admin = adminWith(900, {
    fetchTopicOffsetsByTimestamp: (_topic, timestamp) => {
      asked.push(timestamp);
      const offset = timestamp === at - 60_000 ? '4' : '70';
      return Promise.resolve([{ partition: partitionOf(orderId, 12), offset }]);
    },
  });
  const kafka = new FakeKafka();
  const { status, body } = await ask(
    new KafkaView(admin, kafka.reader),
    `orders/${orderId}/events?since=2026-03-01T10:00:00Z&until=2026-03-01T10:05:00Z`,
  );
  expect([status, body]).toMatchObject([200, { complete: true }]);
  expect(new Set(asked)).toEqual(new Set([at - 60_000, at + 10 * 60_000]));
  const ends = kafka.asked[0]?.map(({ topic, from, to }) => [topic, from, to]);
  expect(Object.fromEntries((ends ?? []).map(([topic, ...range]) => [topic, range]))).toEqual({
    'orders.v1': [4, 70],
    'order-events.v1': [4, 70],
    'payments.v1': [4, 70],
    'orders.v1.dlq': [4, 900],
    'order-events.v1.dlq': [4, 900],
    'payments.v1.dlq': [4, 900],
  });
});

it('says when there is more than can be looked at', async () => {
  const { body } = await ask(
    new KafkaView(adminWith(1_000_000), new FakeKafka().reader),
    `orders/${orderId}/events?since=2026-03-01T10:00:00Z`,
  );
  expect(body).toMatchObject({ events: [], deadLetters: [], complete: false });
});

it('names Kafka when it is away, and asks it again later', async () => {
  let up = false;
  const admin = adminWith(3, {
    connect: () => (up ? Promise.resolve() : Promise.reject(new Error('connect ECONNREFUSED'))),
  });
  const view = new KafkaView(admin, new FakeKafka().reader);
  const { status, body } = await ask(view, 'kafka/orders.v1/messages');
  expect([status, body]).toMatchObject([503, { detail: 'Kafka gives no answer: connect ECONNREFUSED.' }]);
  up = true;
  expect((await ask(view, 'kafka/orders.v1/messages')).status).toBe(200);
});

it('knows no topic that is not there', async () => {
  const unknown = Object.assign(new Error('This server does not host this topic'), {
    type: 'UNKNOWN_TOPIC_OR_PARTITION',
  });
  const admin = adminWith(3, { fetchTopicOffsets: () => Promise.reject(unknown) });
  expect((await ask(new KafkaView(admin, new FakeKafka().reader), 'kafka/nothing.v1/messages')).status).toBe(
    404,
  );
});

// The broker refuses most of them, and takes -1 and -2 for the newest and the oldest.
it('asks for no time before 1970', async () => {
  const asked: (number | undefined)[] = [];
  const admin = adminWith(10, {
    fetchTopicOffsetsByTimestamp: (_topic, timestamp) => {
      asked.push(timestamp);
      return Promise.resolve([]);
    },
  });
  const since = '0020-02-29T00:00:00Z';
  const { status } = await ask(
    new KafkaView(admin, new FakeKafka().reader),
    `orders/${orderId}/events?since=${since}`,
  );
  expect(status).toBe(200);
  expect(new Set(asked)).toEqual(new Set([0]));
});
