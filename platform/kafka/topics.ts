import type { Admin } from 'kafkajs';
import { segmentMs, type TopicDefinition } from '#contracts/topics.ts';

/**
 * Creates the topics that are missing and leaves the others alone.
 *
 * @param replication copies of each partition; with 3 or more, two of them must have a message before it counts.
 * @returns the names of the topics made now.
 * @throws when a topic exists with another number of partitions: keys would lose their order.
 */
export async function ensureTopics(
  admin: Admin,
  topics: readonly TopicDefinition[],
  replication: number,
): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic.name));
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map((topic) => ({
      topic: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: replication,
      configEntries: [
        { name: 'retention.ms', value: String(topic.retentionMs) },
        // Kafka removes whole segments only: without this a quiet partition would keep messages for two weeks.
        { name: 'segment.ms', value: String(segmentMs) },
        // kafkajs reads no lz4, snappy or zstd: whatever a producer sends, the broker stores it uncompressed.
        { name: 'compression.type', value: 'uncompressed' },
        { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
        { name: 'min.insync.replicas', value: String(replication >= 3 ? 2 : 1) },
        { name: 'unclean.leader.election.enable', value: 'false' },
      ],
    })),
  });
  const present = topics.filter((topic) => existing.has(topic.name)).map((topic) => topic.name);
  const metadata = await admin.fetchTopicMetadata({ topics: present });
  for (const { name, partitions } of metadata.topics) {
    const wanted = topics.find((topic) => topic.name === name)?.partitions;
    if (wanted !== undefined && partitions.length !== wanted) {
      throw new Error(
        `Topic ${name} has ${partitions.length} partitions instead of ${wanted}: keys would lose their order.`,
      );
    }
  }
  return missing.map((topic) => topic.name);
}
