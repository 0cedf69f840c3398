import type { Admin, ITopicConfig } from 'kafkajs';
import { expect, it } from 'vitest';
import { ordersTopic } from '#contracts/topics.ts';
import { ensureTopics } from './topics.ts';

/** What is asked of a cluster of `replication` brokers: a test has one broker. */
async function settingsFor(replication: number): Promise<Record<string, string>> {
  const asked: ITopicConfig[] = [];
  const admin: Pick<Admin, 'listTopics' | 'createTopics' | 'fetchTopicMetadata'> = {
    listTopics: () => Promise.resolve([]),
    createTopics: ({ topics }) => Promise.resolve(asked.push(...topics) > 0),
    fetchTopicMetadata: () => Promise.resolve({ topics: [] }),
  };
  await ensureTopics(admin as Admin, [ordersTopic], replication);
  expect(asked).toMatchObject([{ topic: ordersTopic.name, replicationFactor: replication }]);
  return Object.fromEntries(asked[0]?.configEntries?.map(({ name, value }) => [name, value]) ?? []);
}

// Guard: acks=all alone is satisfied by a leader that is left alone (design.md, decision 1).
it('asks for two in-sync copies of each message where there are three replicas', async () => {
  expect(await settingsFor(3)).toMatchObject({ 'min.insync.replicas': '2' });
  expect(await settingsFor(1)).toMatchObject({ 'min.insync.replicas': '1' });
});
