import type { TopicDefinition } from '#contracts/topics.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import type { Aggregate } from './aggregate.ts';

/** As much of an event as analytics need. */
export interface SourceEvent {
  readonly orderId: string;
  /** Tells this event from all others of its order in its topic; a repeat has the same. */
  readonly token: string;
  /** When it happened, by its own account, in milliseconds since the epoch. */
  readonly at: number;
  /** What the order has reached by it: where stages begin and end. */
  readonly reached?: string;
  /** Which of the order's things has reached it, when there may be several: a stage is of one of them. */
  readonly of?: string;
  /** What it says by itself. */
  readonly facts: Aggregate;
}

/** A topic whose events are analysed. */
export interface Source {
  readonly topic: TopicDefinition;
  /**
   * Reads what a message says; undefined when it is of no interest.
   *
   * @throws PoisonMessageError when it can't be read.
   */
  readonly read: (message: IncomingMessage) => SourceEvent | undefined;
}

/** A message of a source, with what it says. Also what says nothing moves the offset. */
export interface SourceMessage {
  readonly message: IncomingMessage;
  readonly event: SourceEvent | undefined;
}

/** Messages of one partition, in their order; never none. */
export interface PartitionBatch {
  readonly partition: number;
  readonly messages: readonly SourceMessage[];
}

/** The messages of a topic by partition, each in their order. */
export function partitionBatches(messages: readonly SourceMessage[]): PartitionBatch[] {
  const byPartition = Map.groupBy(messages, ({ message }) => message.partition);
  return [...byPartition].map(([partition, own]) => ({ partition, messages: own }));
}
