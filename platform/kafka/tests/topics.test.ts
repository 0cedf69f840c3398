import { randomUUID } from 'node:crypto';
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { TopicDefinition } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createKafka, pingKafka } from '../client.ts';
import { ensureTopics } from '../topics.ts';

let admin: Admin;
beforeAll(async () => {
  admin = createKafka({ brokers: [inject('broker')], clientId: 'test' }, quietLog()).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

const topic = (change: Partial<TopicDefinition> = {}): TopicDefinition => ({
  name: `topic-${randomUUID()}`,
  partitions: 3,
  retentionMs: 3_600_000,
  maxMessageBytes: 1_000_000,
  ...change,
});

it('makes what is missing with its settings, and leaves it alone the next time', async () => {
  const wanted = topic();
  expect(await ensureTopics(admin, [wanted], 1)).toEqual([wanted.name]);
  await poll(() => pingKafka(admin, [wanted.name]).then(() => true));
  const { topics } = await admin.fetchTopicMetadata({ topics: [wanted.name] });
  expect(topics[0]?.partitions).toHaveLength(3);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: wanted.name }],
  });
  const settings = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  expect(settings.get('retention.ms')).toBe('3600000');
  expect(settings.get('unclean.leader.election.enable')).toBe('false');
  expect(await ensureTopics(admin, [wanted], 1)).toEqual([]);
});

// Guard: the partition count. With another one the order of keys would be lost without anybody noticing.
it('refuses a topic that has another number of partitions', async () => {
  const wanted = topic();
  await ensureTopics(admin, [wanted], 1);
  await poll(() => pingKafka(admin, [wanted.name]).then(() => true));
  await expect(ensureTopics(admin, [{ ...wanted, partitions: 12 }], 1)).rejects.toThrow(
    `Topic ${wanted.name} has 3 partitions instead of 12`,
  );
});

it('may run several times at once', async () => {
  const wanted = [topic(), topic()];
  const made = await Promise.allSettled([1, 2, 3].map(() => ensureTopics(admin, wanted, 1)));
  expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
});

it('is not ready while a topic is missing', async () => {
  await expect(pingKafka(admin, [`missing-${randomUUID()}`])).rejects.toThrow(/topic-partition/);
});
