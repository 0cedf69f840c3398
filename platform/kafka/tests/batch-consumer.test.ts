import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { pause } from '#platform/lifecycle/abort.ts';
import { KafkaProxy } from '#platform/testing/kafka-proxy.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { BatchConsumer, type BatchHandler } from '../batch-consumer.ts';
import { SeekError } from '../batch-errors.ts';
import { createKafka } from '../client.ts';

const log = quietLog();
let kafka: Kafka;
let admin: Admin;

beforeAll(async () => {
  kafka = createKafka({ brokers: [inject('broker')], clientId: 'test' }, log);
  admin = kafka.admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

/** A topic with one message a partition and key, and a group that nobody has used. */
async function setUp(partitions: number, messages: number) {
  const topic = `batches-${randomUUID()}`;
  const groupId = `group-${randomUUID()}`;
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
  // Just made partitions have no leader for a moment; repeating a send that half failed would write twice.
  await poll(() => admin.fetchTopicOffsets(topic));
  const producer = kafka.producer();
  await producer.connect();
  const all = Array.from({ length: messages }, (_, index) => ({
    key: `message-${index}`,
    value: 'x',
    partition: index % partitions,
  }));
  await producer.send({ topic, messages: all });
  await producer.disconnect();
  const start = (handle: BatchHandler, maxBatch = 500, client = kafka): BatchConsumer =>
    new BatchConsumer(client, { groupId, topics: [topic], handle, maxBatch }, log);
  const startJoined = (handle: BatchHandler): BatchConsumer =>
    new BatchConsumer(kafka, { groupId, topics: [topic], handle, joinMs: 20 }, log);
  const committed = async (partition = 0): Promise<number> => {
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return Number(offsets?.partitions.find((entry) => entry.partition === partition)?.offset);
  };
  return { start, startJoined, committed, keys: all.map(({ key }) => key) };
}

it('hands over every message in order and moves the offset behind them', async () => {
  const { start, committed, keys } = await setUp(1, 25);
  const handled: (string | undefined)[] = [];
  const sizes: number[] = [];
  await using consumer = start((messages) => {
    sizes.push(messages.length);
    handled.push(...messages.map(({ key }) => key));
    return Promise.resolve();
  }, 10);
  await poll(async () => (await committed()) === 25, { what: 'the offset' });
  expect(handled).toEqual(keys);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
  await consumer.ping();
});

it('hands over the partitions of a fetch as one batch, and moves all their offsets behind it', async () => {
  const { startJoined, committed } = await setUp(12, 120);
  const calls: number[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await using _consumer = startJoined(async (messages) => {
    calls.push(new Set(messages.map(({ partition }) => partition)).size);
    await gate;
  });
  await poll(() => calls.length > 0);
  // Guard: not before the handler is done.
  expect(await committed(11)).toBeLessThanOrEqual(0);
  open();
  const all = Array.from({ length: 12 }, (_, partition) => partition);
  await poll(async () => (await Promise.all(all.map(committed))).every((offset) => offset === 10), {
    what: 'the offsets',
  });
  expect(Math.max(...calls)).toBeGreaterThan(1);
  expect(calls.length).toBeLessThan(12);
});

// Guard: the offset moves after the handler, and the consumer joins again after whatever the handler throws.
it('brings the messages again after a failure of any kind, more often than kafkajs retries', async () => {
  const { start, committed } = await setUp(1, 3);
  let calls = 0;
  await using _consumer = start(() => {
    calls += 1;
    if (calls > 7) return Promise.resolve();
    return Promise.reject(Object.assign(new TypeError('a mistake'), { retriable: false }));
  });
  await poll(() => calls > 3);
  expect(await committed()).toBeLessThanOrEqual(0);
  await poll(async () => (await committed()) === 3, { what: 'the offset', deadlineMs: 80_000 });
});

it('lets the batch under way end when it stops, and the next member goes on behind it', async () => {
  const { start, committed, keys } = await setUp(1, 4);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first: (string | undefined)[] = [];
  const consumer = start(async (messages) => {
    first.push(...messages.map(({ key }) => key));
    await gate;
  }, 2);
  await poll(() => first.length > 0);
  const stopping = consumer[Symbol.asyncDispose]();
  open();
  await stopping;
  expect(await committed()).toBe(first.length);
  const second: (string | undefined)[] = [];
  await using _next = start((messages) =>
    Promise.resolve(void second.push(...messages.map(({ key }) => key))),
  );
  await poll(async () => (await committed()) === 4);
  expect([...first, ...second]).toEqual(keys);
});

// Guard: heartbeats of slow handlers, and the session timeout of 10 s.
it('shares the partitions with a second member that joins in mid-batch; nothing is left out', async () => {
  const { start, committed, keys } = await setUp(6, 600);
  const handled = new Map<string, Set<string | undefined>>([
    ['first', new Set()],
    ['second', new Set()],
  ]);
  const slowly =
    (member: string): BatchHandler =>
    async (messages, { heartbeat }) => {
      await heartbeat();
      await new Promise((resolve) => setTimeout(resolve, 30));
      for (const { key } of messages) handled.get(member)?.add(key);
    };
  await using _first = start(slowly('first'), 1);
  await poll(() => (handled.get('first')?.size ?? 0) > 0);
  await using _second = start(slowly('second'), 1);
  for (let partition = 0; partition < 6; partition += 1) {
    const done = async (): Promise<boolean> => {
      const offset = await committed(partition);
      if (offset !== 100) throw new Error(`its offset is ${offset}`);
      return true;
    };
    await poll(done, { what: `the end of partition ${partition}` });
  }
  const all = new Set([...handled.values()].flatMap((seen) => [...seen]));
  expect(all.size).toBe(keys.length);
  expect(handled.get('second')?.size).toBeGreaterThan(0);
});

// Guard: the session time-out of 10 s. kafkajs' default of 30 s outlives a crash test (design.md, decision 6).
it('leaves its partitions to the other member within 25 s when it dies', async () => {
  const { start } = await setUp(2, 1_000);
  const [host = '', port] = inject('broker').split(':');
  await using proxy = await KafkaProxy.start(() => ({ host, port: Number(port) }));
  const { socketFactory } = proxy;
  const mortal = createKafka({ brokers: [inject('broker')], clientId: 'mortal', socketFactory }, log);
  const latest: { mortal?: number | undefined; survivor?: number | undefined } = {};
  const slowly =
    (member: keyof typeof latest): BatchHandler =>
    async ([message], { signal }) => {
      latest[member] = message?.partition;
      await pause(30, signal);
    };
  await using _survivor = start(slowly('survivor'), 1);
  await using _mortal = start(slowly('mortal'), 1, mortal);
  await poll(() => latest.mortal !== undefined && latest.survivor !== undefined);
  // Cut off from the broker it can not even leave: as when its machine is gone.
  proxy.tcp.goAway();
  const lost = latest.mortal;
  // It may have had that partition before the other one joined.
  latest.survivor = undefined;
  const takenOver = (): boolean => latest.survivor === lost;
  await poll(takenOver, { what: `partition ${lost} to be taken over`, deadlineMs: 25_000, intervalMs: 5 });
  proxy.tcp.restore();
});

// Guard: heartbeats while the handler waits, as for a database that is away. Without them the batch comes again.
it('keeps its membership while its handler waits for longer than the session time-out', async () => {
  const { start, committed } = await setUp(1, 1);
  let calls = 0;
  await using _consumer = start(async (_messages, { signal }) => {
    calls += 1;
    await pause(12_000, signal);
  });
  await poll(async () => (await committed()) === 1, { what: 'the offset' });
  expect(calls).toBe(1);
});

// Guard: the coordinator fences the zombie's commit by its generation; the consumer comes back by itself afterwards.
it('does not let a zombie move the offset back, and takes the zombie in again', async () => {
  const { start, committed } = await setUp(1, 2);
  const { promise: gate, resolve: wake } = Promise.withResolvers<void>();
  let asleep = false;
  const zombie = start(async () => {
    asleep = true;
    await gate;
  }, 1);
  await poll(() => asleep);
  // No heartbeat for longer than the session timeout: the broker gives the partition to the second member.
  const handled: (string | undefined)[] = [];
  const second = start((messages) => Promise.resolve(void handled.push(...messages.map(({ key }) => key))));
  await poll(async () => (await committed()) === 2, { what: 'the second member to take over' });
  expect(handled).toEqual(['message-0', 'message-1']);
  wake();
  await second[Symbol.asyncDispose]();
  await poll(async () => zombie.ping().then(() => true), { what: 'the zombie to join again' });
  expect(await committed()).toBe(2);
  await zombie[Symbol.asyncDispose]();
});

// Guard: the seek. Handlers that keep offsets themselves say where a partition goes on (design.md, decision 7).
it('reads on from the offset that its handler names, back or ahead, and moves none for the others', async () => {
  const { start, committed, keys } = await setUp(1, 6);
  const handled: (string | undefined)[] = [];
  let [back, ahead] = [false, false];
  await using _consumer = start((messages) => {
    const [first] = messages;
    if (first?.offset === '2' && !back) {
      back = true;
      return Promise.reject(new SeekError({ partition: 0, offset: '0' }, 'from the beginning'));
    }
    if (first?.offset === '3' && !ahead) {
      ahead = true;
      return Promise.reject(new SeekError({ partition: 0, offset: '5' }, 'the rest was applied already'));
    }
    handled.push(...messages.map(({ key }) => key));
    return Promise.resolve();
  }, 1);
  await poll(async () => (await committed()) === 6, { what: 'the offset' });
  const [zero, one, two, , , five] = keys;
  expect(handled).toEqual([zero, one, zero, one, two, five]);
});

it('says in its ping that it has not joined', async () => {
  const away = createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test' }, log);
  const consumer = new BatchConsumer(
    away,
    { groupId: 'nobody', topics: ['nothing'], handle: () => Promise.resolve() },
    log,
  );
  await expect(consumer.ping()).rejects.toThrow('group nobody: has not joined its group yet');
  await poll(() => consumer.ping().catch((error: Error) => /Connection error|retries/i.test(error.message)));
  await consumer[Symbol.asyncDispose]();
});
