import { randomUUID } from 'node:crypto';
import { type Admin, Partitioners, type Producer } from 'kafkajs';
import { deadLetterAuditTopic, isDeadLetterName } from '#contracts/topics.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { ReplayMessage } from '#platform/kafka/dead-letter.ts';
import { UserError } from '../cli/user-error.ts';
import { connectKafka, type KafkaAccess } from '../stack/kafka.ts';
import { TopicFollower } from '../stack/topic-follower.ts';
import {
  type AuditEntry,
  type AuditOutcome,
  entryOf,
  readAuditMessage,
  toAuditMessage,
} from './audit-entry.ts';
import { type Letter, toLetter } from './letter.ts';
import { LetterBook } from './letter-book.ts';

const readWithinMs = 60_000;

/** Where dead letters are read and dealt with: the broker, with one run of a command in the audit. */
export class DeadLetterDesk implements AsyncDisposable {
  readonly run = randomUUID();
  readonly #access: KafkaAccess;
  readonly #admin: Admin;
  readonly #producer: Producer;

  private constructor(access: KafkaAccess) {
    const kafka = connectKafka(access, 'coffee-dlq');
    this.#access = access;
    this.#admin = kafka.admin();
    // As the services send (docs/adr/0001): a key must meet the same partition again.
    this.#producer = kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
  }

  /** @throws UserError when the broker does not answer */
  static async open(access: KafkaAccess): Promise<DeadLetterDesk> {
    const desk = new DeadLetterDesk(access);
    try {
      await Promise.all([desk.#admin.connect(), desk.#producer.connect()]);
      return desk;
    } catch (cause) {
      await desk[Symbol.asyncDispose]();
      throw new UserError(
        `Kafka does not answer: ${messageOf(cause)}`,
        'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
        { cause },
      );
    }
  }

  /** Reads all dead letter topics and their audit, up to where they end now. */
  async read(signal: AbortSignal): Promise<LetterBook> {
    const names = await this.#admin.listTopics();
    if (!names.includes(deadLetterAuditTopic.name)) {
      throw new UserError(
        `There is no topic ${deadLetterAuditTopic.name}: the stack is of an older version.`,
        './coffee up makes it.',
      );
    }
    const letters: Letter[] = [];
    const audit: AuditEntry[] = [];
    const topics = [...names.filter(isDeadLetterName), deadLetterAuditTopic.name];
    await using follower = await TopicFollower.start(this.#access, topics, 'beginning', (message) => {
      if (message.topic === deadLetterAuditTopic.name) audit.push(readAuditMessage(message));
      else letters.push(toLetter(message));
    });
    await follower.readUpTo(await follower.endOffsets(), readWithinMs, signal);
    return new LetterBook(letters, audit);
  }

  /** Resolves when every in-sync replica has the messages, which stay in order. */
  async publish(topic: string, messages: readonly ReplayMessage[]): Promise<void> {
    await this.#producer.send({
      topic,
      acks: -1,
      messages: messages.map(({ key, value, headers }) => ({ key, value, headers })),
    });
  }

  /** Resolves when every in-sync replica has the entries. */
  async audit(letters: readonly Letter[], what: AuditOutcome): Promise<void> {
    if (letters.length === 0) return;
    await this.#producer.send({
      topic: deadLetterAuditTopic.name,
      acks: -1,
      messages: letters.map((letter) => {
        const { key, value, headers } = toAuditMessage(entryOf(letter, this.run, what));
        return { key, value, headers };
      }),
    });
  }

  /** Deletes the records of a partition before `offset`. */
  async truncate(topic: string, partition: number, offset: string): Promise<void> {
    await this.#admin.deleteTopicRecords({ topic, partitions: [{ partition, offset }] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#admin.disconnect(), this.#producer.disconnect()]);
  }
}
