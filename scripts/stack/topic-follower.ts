import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Consumer, Kafka } from 'kafkajs';
import { messageOf } from '#platform/errors/app-error.ts';
import { type IncomingMessage, toIncoming } from '#platform/kafka/messages.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { connectKafka, type KafkaAccess } from './kafka.ts';

/** Next offset by `topic/partition`. */
export type Positions = Map<string, number>;

export const positionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

const leadersWithinMs = 20_000;

/**
 * Follows topics from their beginning or their end under a consumer group of its own, which it deletes afterwards:
 * it never moves an offset of a service.
 */
export class TopicFollower implements AsyncDisposable {
  readonly #admin: Admin;
  readonly #consumer: Consumer;
  readonly #groupId: string;
  readonly #topics: readonly string[];
  readonly #positions: Positions = new Map();
  #crash: Error | undefined;

  private constructor(kafka: Kafka, groupId: string, topics: readonly string[]) {
    this.#topics = topics;
    this.#groupId = groupId;
    this.#admin = kafka.admin();
    this.#consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      // kafkajs restarts after what may pass, such as a broker that comes back.
      if (!payload.restart) this.#crash = payload.error;
    });
  }

  /**
   * Starts following; `onMessage` is called in order within a partition.
   * @throws UserError when Kafka does not answer or lacks a topic
   */
  static async start(
    access: KafkaAccess,
    topics: readonly string[],
    from: 'beginning' | 'end',
    onMessage: (message: IncomingMessage) => void,
  ): Promise<TopicFollower> {
    const groupId = `coffee-cli-${randomUUID()}`;
    const kafka = connectKafka(access, 'coffee-cli');
    const follower = new TopicFollower(kafka, groupId, topics);
    try {
      await follower.#start(from, onMessage);
      return follower;
    } catch (error) {
      await follower[Symbol.asyncDispose]();
      throw new UserError(
        `Kafka's topics can't be read: ${messageOf(error)}`,
        'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
        { cause: error },
      );
    }
  }

  /** The offsets that the next messages of these topics will get, now. */
  async endOffsets(topics: readonly string[] = this.#topics): Promise<Positions> {
    return this.#offsets(topics, 'high');
  }

  /**
   * Waits until everything below `targets` was handed to `onMessage`.
   * @throws UserError when that takes longer than `deadlineMs` milliseconds
   */
  async readUpTo(targets: Positions, deadlineMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    const behind = (): string | undefined =>
      [...targets].find(([key, target]) => (this.#positions.get(key) ?? 0) < target)?.[0];
    for (let key = behind(); key !== undefined; key = behind()) {
      signal.throwIfAborted();
      if (this.#crash)
        throw new UserError(`Reading Kafka failed: ${this.#crash.message}`, 'Repeat the command.');
      if (performance.now() > deadline) {
        const at = `${this.#positions.get(key)} of ${targets.get(key)}`;
        throw new UserError(
          `Kafka's ${key} was not read to its end in time (${at}).`,
          'Give a longer --timeout.',
        );
      }
      await pause(20, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.disconnect();
    await this.#admin.deleteGroups([this.#groupId]).catch((error: unknown) => {
      say(
        `Note: the temporary consumer group ${this.#groupId} stays until it expires (${messageOf(error)}).`,
      );
    });
    await this.#admin.disconnect();
  }

  async #start(from: 'beginning' | 'end', onMessage: (message: IncomingMessage) => void): Promise<void> {
    await this.#admin.connect();
    const starts = await this.#offsets(this.#topics, from === 'beginning' ? 'low' : 'high');
    for (const [key, offset] of starts) this.#positions.set(key, offset);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: async ({ batch }) => {
        const key = positionKey(batch.topic, batch.partition);
        const position = this.#positions.get(key) ?? 0;
        for (const message of batch.messages) {
          // After a rebalance, or before a seek has its effect, known messages come again.
          if (Number(message.offset) >= position)
            onMessage(toIncoming(batch.topic, batch.partition, message));
        }
        this.#positions.set(key, Math.max(position, Number(batch.lastOffset()) + 1));
      },
    });
    if (from === 'beginning') return;
    for (const [key, offset] of starts) {
      const slash = key.lastIndexOf('/');
      const place = { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
      this.#consumer.seek({ ...place, offset: String(offset) });
    }
  }

  async #offsets(topics: readonly string[], which: 'low' | 'high'): Promise<Positions> {
    const found: Positions = new Map();
    for (const topic of topics) {
      for (const entry of await this.#topicOffsets(topic)) {
        found.set(positionKey(topic, entry.partition), Number(entry[which]));
      }
    }
    return found;
  }

  /** A broker that was just started, or has no time, may not lead its partitions yet: that passes. */
  async #topicOffsets(topic: string): ReturnType<Admin['fetchTopicOffsets']> {
    const deadline = performance.now() + leadersWithinMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#admin.fetchTopicOffsets(topic);
      } catch (error) {
        // kafkajs' classes of errors are none of its exports that Node finds in it.
        const passes = error instanceof Error && 'retriable' in error && error.retriable === true;
        if (!passes || performance.now() > deadline) throw error;
        await delay(backoff(attempt, 100, 1_000));
      }
    }
  }
}
