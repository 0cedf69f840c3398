import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, Kafka } from 'kafkajs';
import { messageOf } from '#platform/errors/app-error.ts';
import { type IncomingMessage, toIncoming } from '#platform/kafka/messages.ts';
import type { Logger } from '#platform/telemetry/logger.ts';

/** Some messages of a partition: from an offset up to another, which is not one of them. */
export interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Groups of the console begin like this: services/migrate/acls.ts lets it read and delete them. */
export const groupPrefix = 'console-';

const keyOf = ({ topic, partition }: Pick<Range, 'topic' | 'partition'>): string => `${topic}/${partition}`;

/** Reads ranges of messages under a group of its own, which it deletes: no offset of a service ever moves. */
export class MessageReader {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #log: Logger;

  constructor(kafka: Kafka, admin: Admin, log: Logger) {
    this.#kafka = kafka;
    this.#admin = admin;
    this.#log = log;
  }

  /**
   * Hands over the messages of all ranges, in order within a partition.
   *
   * @returns whether all of them were read within `deadlineMs` milliseconds.
   */
  async read(
    ranges: readonly Range[],
    onMessage: (message: IncomingMessage) => void,
    deadlineMs: number,
  ): Promise<boolean> {
    const wanted = new Map(
      ranges.filter(({ from, to }) => from < to).map((range) => [keyOf(range), { ...range }]),
    );
    if (wanted.size === 0) return true;
    const groupId = `${groupPrefix}${randomUUID()}`;
    const consumer = this.#kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
    try {
      return await follow(consumer, wanted, onMessage, deadlineMs);
    } finally {
      await consumer.disconnect();
      await this.#admin.deleteGroups([groupId]).catch((error: unknown) => {
        // It expires by itself.
        this.#log.warn({ groupId, error: messageOf(error) }, 'consumer group not deleted');
      });
    }
  }
}

type Wanted = Map<string, Range>;

async function follow(
  consumer: Consumer,
  wanted: Wanted,
  onMessage: (message: IncomingMessage) => void,
  deadlineMs: number,
): Promise<boolean> {
  const ended = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => ended.resolve(false), deadlineMs);
  consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => seek(consumer, payload.memberAssignment, wanted));
  const take = (message: IncomingMessage): void => {
    const range = wanted.get(keyOf(message));
    const offset = Number(message.offset);
    if (!range || offset < range.from) return;
    if (offset < range.to) onMessage(message);
    // Also when messages before it are gone, as compaction leaves gaps.
    if (offset + 1 >= range.to) wanted.delete(keyOf(message));
    else wanted.set(keyOf(message), { ...range, from: offset + 1 });
    if (wanted.size === 0) ended.resolve(true);
  };
  try {
    await consumer.connect();
    const topics = [...new Set([...wanted.values()].map(({ topic }) => topic))];
    await consumer.subscribe({ topics, fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: ({ batch }) => {
        for (const message of batch.messages) take(toIncoming(batch.topic, batch.partition, message));
        return Promise.resolve();
      },
    });
    return await ended.promise;
  } finally {
    clearTimeout(timer);
  }
}

/** To where each range begins; what nobody asked for is not fetched. */
function seek(consumer: Consumer, assigned: Readonly<Record<string, number[]>>, wanted: Wanted): void {
  for (const [topic, partitions] of Object.entries(assigned)) {
    const unwanted = partitions.filter((partition) => !wanted.has(keyOf({ topic, partition })));
    if (unwanted.length > 0) consumer.pause([{ topic, partitions: unwanted }]);
  }
  for (const { topic, partition, from } of wanted.values())
    consumer.seek({ topic, partition, offset: String(from) });
}
