import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import type { Stage } from './stage.ts';

/**
 * Resolves when everything that is in orders.v1 now has been handled (its offsets are committed, which the consumer does
 * after its batch), told of (the outbox is empty) and recorded.
 */
export async function settled({ directKafka, database, recorder, environment }: Stage): Promise<void> {
  const groupId = environment('consumer').CONSUMER_GROUP ?? '';
  const admin = directKafka.admin();
  await admin.connect();
  try {
    const ends = (await admin.fetchTopicOffsets(ordersTopic.name)).filter(({ low, high }) => low !== high);
    const handled = async (): Promise<boolean> => {
      const [topic] = await admin.fetchOffsets({ groupId, topics: [ordersTopic.name] });
      const next = new Map(topic?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
      return ends.every(({ partition, high }) => (next.get(partition) ?? -1n) >= BigInt(high));
    };
    await poll(handled, { what: 'the consumer to commit all of orders.v1' });
  } finally {
    await admin.disconnect();
  }
  await poll(async () => (await database('orders.outbox').whereNull('published_at')).length === 0, {
    what: 'the outbox to be published',
  });
  for (const topic of [ordersTopic, orderEventsTopic]) await recorder.upToNow(topic.name);
}
