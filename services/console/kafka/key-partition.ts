import kafkajs from 'kafkajs';

// Node finds only some of the names that this CommonJS module exports.
const { Partitioners } = kafkajs;
const choose = Partitioners.DefaultPartitioner();

/** The partition that messages of a key are in: Kafka's own choice, by murmur2, as platform/kafka/sender.ts makes it. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [0],
    isr: [0],
  }));
  return choose({ topic: '', partitionMetadata, message: { key, value: null } });
}
