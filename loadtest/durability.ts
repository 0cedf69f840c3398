import kafkajs from 'kafkajs';
import { ordersTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import type { Admin } from '#platform/kafka/client.ts';

/** What has to be on for a commit to be on the disk: https://www.postgresql.org/docs/current/runtime-config-wal.html */
const settingsOfPostgres = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

/** `fsync=on, synchronous_commit=on, full_page_writes=on`, as the running server says. */
export async function durabilityOfPostgres(database: Pick<Database, 'raw'>): Promise<string> {
  const said: string[] = [];
  for (const name of settingsOfPostgres) {
    // Names can't be bound in SHOW; these are the ones above.
    const { rows } = await database.raw<{ rows: readonly Record<string, string>[] }>(`show ${name}`);
    said.push(`${name}=${rows[0]?.[name] ?? 'not told'}`);
  }
  return said.join(', ');
}

// The broker's default: no number of messages makes it write (https://kafka.apache.org/documentation/#topicconfigs_flush.messages).
const never = '9223372036854775807';

/** Copies of an accepted order and when they are written, as the running brokers say of the topic of orders. */
export async function durabilityOfKafka(
  admin: Pick<Admin, 'describeCluster' | 'describeConfigs' | 'fetchTopicMetadata'>,
): Promise<string> {
  const { name } = ordersTopic;
  const { brokers } = await admin.describeCluster();
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const copies = topics[0]?.partitions[0]?.replicas.length;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  });
  const toldOf = (wanted: string): string =>
    resources[0]?.configEntries.find(({ configName }) => configName === wanted)?.configValue ?? 'not told';
  const flush = toldOf('flush.messages');
  return [
    // Of the sender (platform/kafka/sender.ts): no broker knows what it was asked for.
    'acks=all',
    `brokers=${brokers.length}`,
    `replicas=${copies ?? 'not told'}`,
    `min.insync.replicas=${toldOf('min.insync.replicas')}`,
    `flush.messages=${flush === never ? 'left to the operating system' : flush}`,
  ].join(', ');
}
