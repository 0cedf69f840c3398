import type { Admin, Kafka } from '#platform/kafka/client.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import {
  endingBeforeRead,
  type PartitionEnds,
  type PartitionProgress,
  partitionKey,
  type TopicEnds,
} from '../domain/watermark.ts';

export interface TopicWatchParts {
  readonly kafka: Pick<Kafka, 'admin'>;
  readonly topics: readonly string[];
  /** Where every partition stands that was read. */
  readonly progress: () => Promise<ReadonlyMap<string, PartitionProgress>>;
  readonly log: Logger;
}

/** Asks the broker where the topics' partitions begin and end. Connects when necessary. */
export class TopicWatch implements AsyncDisposable {
  readonly #parts: TopicWatchParts;
  readonly #admin: Admin;
  #told = '';

  constructor(parts: TopicWatchParts) {
    this.#parts = parts;
    this.#admin = parts.kafka.admin();
  }

  async ask(): Promise<TopicEnds> {
    await this.#admin.connect();
    // Before the question: what is read while it is answered may be newer than the answer.
    const progress = await this.#parts.progress();
    const takenAt = Date.now();
    const ends = new Map<string, PartitionEnds>();
    for (const topic of this.#parts.topics) {
      for (const { partition, low, high } of await this.#admin.fetchTopicOffsets(topic))
        ends.set(partitionKey(topic, partition), { low: Number(low), high: Number(high) });
    }
    this.#tell(endingBeforeRead({ takenAt, ends }, progress).join());
    return { takenAt, ends };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect();
  }

  /** Once: what a Kafka gets that was set up anew is taken for read, and nobody would notice. */
  #tell(partitions: string): void {
    if (partitions !== '' && partitions !== this.#told)
      this.#parts.log.error({ partitions }, 'kafka ends before what was read from it: see ADR 0021');
    this.#told = partitions;
  }
}
