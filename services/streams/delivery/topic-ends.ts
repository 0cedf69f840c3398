import type { Admin } from '#platform/kafka/client.ts';
import { type PartitionEnds, partitionKey, type TopicEnds } from '../domain/watermark.ts';

/** Asks the broker where the topics' partitions begin and end. Connects when necessary. */
export async function topicEnds(admin: Admin, topics: readonly string[]): Promise<TopicEnds> {
  await admin.connect();
  // Before the question: what is written while it is answered is newer.
  const takenAt = Date.now();
  const ends = new Map<string, PartitionEnds>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      ends.set(partitionKey(topic, partition), { low: Number(low), high: Number(high) });
  }
  return { takenAt, ends };
}
