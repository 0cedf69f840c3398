import { ApartError, SeekError } from '#platform/kafka/batch-errors.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type BatchOptions, type BatchOutcome, GapError } from '../database/apply-batch.ts';
import { ZombieError } from '../database/partitions.ts';
import type { PartitionBatch } from '../domain/source-event.ts';
import { partitionKey } from '../domain/watermark.ts';

/** Applies batches of one topic: see applyBatches. */
export type Apply = (
  topic: string,
  batches: readonly PartitionBatch[],
  options: BatchOptions,
) => Promise<BatchOutcome>;

export interface PositionParts {
  readonly apply: Apply;
  /** Where the database says that the partition stands. */
  readonly stored: (topic: string, partition: number) => Promise<number>;
  /** What says that it is from more than this after our clock comes from a clock that is ahead, in milliseconds. */
  readonly mostAheadMs: number;
  readonly log: Logger;
}

/**
 * Keeps what Kafka delivers in line with the offsets in PostgreSQL, which are the ones that count (decision 7): who was
 * overtaken as a zombie, and who gets messages from behind a gap, reads on from where the database stands.
 */
export class Positions {
  readonly #parts: PositionParts;
  /** Where a partition was looked for that Kafka did not have. */
  readonly #sought = new Map<string, number>();

  constructor(parts: PositionParts) {
    this.#parts = parts;
  }

  /**
   * @param batches of partitions of the topic.
   * @throws SeekError when the partition is to be read from elsewhere, ApartError when that may be so for one of several.
   */
  async apply(topic: string, batches: readonly PartitionBatch[]): Promise<BatchOutcome> {
    const latest = Date.now() + this.#parts.mostAheadMs;
    try {
      const outcome = await this.#parts.apply(topic, batches, { latest, skipGap: false });
      for (const { partition } of batches) this.#sought.delete(partitionKey(topic, partition));
      return outcome;
    } catch (error) {
      if (!(error instanceof ZombieError || error instanceof GapError)) throw error;
      const [batch, ...others] = batches;
      if (!batch || others.length > 0) throw new ApartError(error.message, { cause: error });
      return this.#goOn(topic, batch, error, latest);
    }
  }

  async #goOn(
    topic: string,
    batch: PartitionBatch,
    error: ZombieError | GapError,
    latest: number,
  ): Promise<BatchOutcome> {
    const { partition } = batch;
    const key = partitionKey(topic, partition);
    if (error instanceof ZombieError) {
      const offset = String(await this.#parts.stored(topic, partition));
      throw new SeekError({ partition, offset }, error.message);
    }
    if (this.#sought.get(key) !== error.expected) {
      this.#sought.set(key, error.expected);
      throw new SeekError({ partition, offset: String(error.expected) }, error.message);
    }
    // Kafka has been asked for them and has them no more: its retention was faster than we.
    this.#parts.log.error({ topic, partition, reason: error.message }, 'messages were removed unread');
    return this.#parts.apply(topic, [batch], { latest, skipGap: true });
  }
}
