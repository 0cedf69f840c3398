import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import type { Kafka, KafkaJSProtocolError, Producer, ProducerConfig } from 'kafkajs';
import { expect, it } from 'vitest';
import { recordingLog } from '../testing/recording-log.ts';
import { Sender } from './sender.ts';

const require = createRequire(import.meta.url);
type CreateProducer = (options: ProducerConfig & { cluster: FakeCluster; logger: unknown }) => Producer;
// The library's own producer: what is tested is what it does with two brokers.
const createProducer = require('kafkajs/src/producer') as CreateProducer;
const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
  createErrorFromCode(code: number): KafkaJSProtocolError;
};
const notLeaderOrFollower = 6;

interface ProduceRequest {
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly { key: Buffer }[];
    }[];
  }[];
}

/** Two brokers, each the leader of one partition, until broker 2 loses its partition to broker 1. */
class FakeCluster {
  readonly leaders = [1, 2];
  readonly log: string[][] = [[], []];
  failures = 1;
  /** What the failing broker says. */
  failure = (): Error => createErrorFromCode(notLeaderOrFollower);
  readonly targetTopics = new Set(['orders']);
  readonly #brokers = new Map(
    [1, 2].map((nodeId) => [
      nodeId,
      { nodeId, produce: (request: ProduceRequest) => this.#produce(nodeId, request) },
    ]),
  );

  #produce(nodeId: number, { topicData }: ProduceRequest): Promise<unknown> {
    if (nodeId === 2 && this.failures > 0) {
      this.failures -= 1;
      this.leaders[1] = 1;
      return Promise.reject(this.failure());
    }
    for (const { partition, messages } of topicData.flatMap(({ partitions }) => partitions)) {
      if (this.leaders[partition] !== nodeId) return Promise.reject(createErrorFromCode(notLeaderOrFollower));
      this.log[partition]?.push(...messages.map(({ key }) => String(key)));
    }
    return Promise.resolve({ topics: [] });
  }

  connect = (): Promise<void> => Promise.resolve();
  disconnect = (): Promise<void> => Promise.resolve();
  isConnected = (): boolean => true;
  refreshMetadata = (): Promise<void> => Promise.resolve();
  refreshMetadataIfNecessary = (): Promise<void> => Promise.resolve();
  addMultipleTargetTopics = (): Promise<void> => Promise.resolve();
  removeBroker = (): void => undefined;
  findBroker = ({ nodeId }: { nodeId: string }) => Promise.resolve(this.#brokers.get(Number(nodeId)));
  findTopicPartitionMetadata = () => this.leaders.map((leader, partitionId) => ({ partitionId, leader }));
  findLeaderForPartitions = (_topic: string, partitions: string[]): Record<number, number[]> =>
    Object.groupBy(partitions.map(Number), (partition) => this.leaders[partition] ?? 0) as Record<
      number,
      number[]
    >;
}

const silent = {
  namespace: () => silent,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

async function senderOn(cluster: FakeCluster): Promise<Sender> {
  const kafka = {
    producer: (config: ProducerConfig) => createProducer({ ...config, cluster, logger: silent }),
  };
  const sender = new Sender(kafka as unknown as Kafka, recordingLog().log);
  // It connects in the background, here without waiting for anything.
  await setImmediate();
  return sender;
}

const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
const batch = keys.map((key) => ({
  message: { topic: 'orders', key, value: Buffer.from('{}'), headers: {} },
  context: context.active(),
}));

// Guard: retry: { retries: 0 }. kafkajs' own retry skips broker 1, which has answered, and reports success.
it('sends what a broker did not take to its new leader, also when that one has answered already', async () => {
  const cluster = new FakeCluster();
  await using sender = await senderOn(cluster);
  await sender.send(batch);
  expect(new Set(cluster.log.flat())).toEqual(new Set(keys));
  expect(cluster.log.every((partition) => partition.length > 0)).toBe(true);
});

it('fails when the brokers refuse for longer than it tries', async () => {
  const cluster = new FakeCluster();
  cluster.leaders.fill(2);
  cluster.failures = Number.POSITIVE_INFINITY;
  cluster.failure = () => {
    cluster.leaders.fill(2);
    return createErrorFromCode(notLeaderOrFollower);
  };
  await using sender = await senderOn(cluster);
  await expect(sender.send(batch)).rejects.toThrow(
    expect.objectContaining({ name: 'KafkaJSNumberOfRetriesExceeded' }),
  );
  expect(cluster.log.flat()).toEqual([]);
});

it('does not repeat what can not succeed', async () => {
  const cluster = new FakeCluster();
  const messageTooLarge = 10;
  cluster.failure = () => createErrorFromCode(messageTooLarge);
  await using sender = await senderOn(cluster);
  await expect(sender.send(batch)).rejects.toThrow();
  expect(cluster.failures).toBe(0);
  expect(cluster.log[1]).toEqual([]);
});
