import type { Admin } from 'kafkajs';
import type { KafkaMessage, KafkaOverview } from '#contracts/http/console.ts';
import {
  isDeadLetterName,
  orderEventsDeadLetterTopic,
  orderEventsTopic,
  ordersDeadLetterTopic,
  ordersTopic,
  paymentsDeadLetterTopic,
  paymentsTopic,
} from '#contracts/topics.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { partitionOf } from './key-partition.ts';
import { groupPrefix, type MessageReader, type Range } from './message-reader.ts';

type Topic = KafkaOverview['topics'][number];
type Group = KafkaOverview['groups'][number];

const longestValue = 16 * 1024;
const readWithinMs = 8_000;
/** Of a partition; an order's messages come within minutes of each other. */
const mostMessagesLookedAt = 20_000;
/** Clocks of a client and of the brokers may be apart. Kafka has special meanings for times before 1970. */
const beforeMs = 60_000;
/** What an order did last may have waited in an outbox. */
const afterMs = 5 * 60_000;

/** Keyed by the order, all with as many partitions; dead letters keep the key. */
const topicsOfOrders = [
  ordersTopic,
  orderEventsTopic,
  paymentsTopic,
  ordersDeadLetterTopic,
  orderEventsDeadLetterTopic,
  paymentsDeadLetterTopic,
];

/** A group of a command or of this console: it comes and goes, and nobody waits for it. */
const isTemporary = (id: string): boolean => id.startsWith(groupPrefix) || id.startsWith('coffee-');

/** kafkajs asks for it again and again, and then tells what it was told in the cause. */
function isUnknownTopic(error: unknown): boolean {
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: { readonly type?: unknown } };
  return [type, cause?.type].includes('UNKNOWN_TOPIC_OR_PARTITION');
}

export function toKafkaMessage(message: IncomingMessage): KafkaMessage {
  const { topic, partition, offset, key, headers, value, timestampMs } = message;
  return {
    topic,
    partition,
    offset,
    at: new Date(timestampMs).toISOString(),
    key: key ?? null,
    headers: { ...headers },
    value: value ? value.subarray(0, longestValue).toString('utf8') : null,
  };
}

interface OrderMessages {
  readonly events: KafkaMessage[];
  readonly deadLetters: KafkaMessage[];
  readonly complete: boolean;
}

/** What is in Kafka. All methods throw AppError `dependency-unavailable` while no broker answers. */
export class KafkaView {
  readonly #admin: Admin;
  readonly #reader: Pick<MessageReader, 'read'>;
  #connected: Promise<void> | undefined;

  constructor(admin: Admin, reader: Pick<MessageReader, 'read'>) {
    this.#admin = admin;
    this.#reader = reader;
  }

  overview(): Promise<KafkaOverview> {
    return this.#asking(async () => {
      const topics = await this.#topics();
      const ends = new Map(
        topics.flatMap(({ name, partitions }) =>
          partitions.map(({ id, end }) => [`${name}/${id}`, end] as const),
        ),
      );
      return { topics, groups: await this.#groups(ends) };
    });
  }

  /** The latest messages, newest first. @throws AppError `not-found` too. */
  messages(topic: string, { partition, limit }: { partition?: number | undefined; limit: number }) {
    return this.#asking(async () => {
      const offsets = (await this.#offsets(topic)).filter(
        (one) => partition === undefined || one.id === partition,
      );
      // So many of each: the latest may all be in one.
      const ranges = offsets.map(({ id, begin, end }) => ({
        topic,
        partition: id,
        from: Math.max(begin, end - limit),
        to: end,
      }));
      return this.#newest(ranges, limit);
    });
  }

  /**
   * What was said about an order between two times, oldest first; what of it could not be processed apart.
   *
   * @param until as long as there is none, up to now. Dead letters are few, and may come late: all since then are looked at.
   */
  orderMessages(orderId: string, since: Date, until?: Date): Promise<OrderMessages> {
    return this.#asking(async () => {
      const partition = partitionOf(orderId, ordersTopic.partitions);
      const ranges = await Promise.all(
        topicsOfOrders.map(({ name }) =>
          this.#range(name, partition, {
            fromMs: Math.max(0, since.getTime() - beforeMs),
            toMs: until && !isDeadLetterName(name) ? Math.max(0, until.getTime() + afterMs) : undefined,
          }),
        ),
      );
      const found: KafkaMessage[] = [];
      const read = await this.#reader.read(
        ranges.map(({ range }) => range),
        (message) => {
          if (message.key === orderId) found.push(toKafkaMessage(message));
        },
        readWithinMs,
      );
      const sorted = found.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
      return {
        events: sorted.filter(({ topic }) => !isDeadLetterName(topic)),
        deadLetters: sorted.filter(({ topic }) => isDeadLetterName(topic)),
        complete: read && ranges.every(({ whole }) => whole),
      };
    });
  }

  async #range(
    topic: string,
    partition: number,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number | undefined },
  ): Promise<{ range: Range; whole: boolean }> {
    const [starts, ends] = await Promise.all([
      this.#admin.fetchTopicOffsetsByTimestamp(topic, fromMs),
      toMs === undefined
        ? this.#admin.fetchTopicOffsets(topic)
        : this.#admin.fetchTopicOffsetsByTimestamp(topic, toMs),
    ]);
    const offsetIn = (offsets: typeof ends): number =>
      Number(offsets.find((one) => one.partition === partition)?.offset ?? 0);
    const from = offsetIn(starts);
    const end = Math.max(from, offsetIn(ends));
    const to = Math.min(end, from + mostMessagesLookedAt);
    return { range: { topic, partition, from, to }, whole: to === end };
  }

  async #newest(ranges: readonly Range[], limit: number): Promise<KafkaMessage[]> {
    const found: KafkaMessage[] = [];
    await this.#reader.read(ranges, (message) => found.push(toKafkaMessage(message)), readWithinMs);
    return found
      .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || Number(b.offset) - Number(a.offset))
      .slice(0, limit);
  }

  async #topics(): Promise<Topic[]> {
    const { topics } = await this.#admin.fetchTopicMetadata();
    const shown = topics.filter(({ name }) => !name.startsWith('__'));
    const described = shown.map(async ({ name, partitions }) => {
      const offsets = new Map((await this.#offsets(name)).map((one) => [one.id, one]));
      return {
        name,
        partitions: partitions
          .map(({ partitionId: id, leader, replicas, isr }) => ({
            id,
            leader,
            replicas: replicas.length,
            inSync: isr.length,
            begin: offsets.get(id)?.begin ?? 0,
            end: offsets.get(id)?.end ?? 0,
          }))
          .toSorted((a, b) => a.id - b.id),
      };
    });
    return (await Promise.all(described)).toSorted((a, b) => a.name.localeCompare(b.name));
  }

  async #offsets(topic: string): Promise<{ id: number; begin: number; end: number }[]> {
    try {
      const offsets = await this.#admin.fetchTopicOffsets(topic);
      return offsets.map(({ partition, low, high }) => ({
        id: partition,
        begin: Number(low),
        end: Number(high),
      }));
    } catch (error) {
      if (isUnknownTopic(error)) throw new AppError('not-found', 'There is no such topic.', { cause: error });
      throw error;
    }
  }

  async #groups(ends: ReadonlyMap<string, number>): Promise<Group[]> {
    const ids = (await this.#admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter((id) => !isTemporary(id));
    if (ids.length === 0) return [];
    const { groups } = await this.#admin.describeGroups(ids);
    const described = groups.map(async ({ groupId, state, members }) => {
      const committed = await this.#admin.fetchOffsets({ groupId });
      return {
        id: groupId,
        state,
        members: members.length,
        topics: committed.map(({ topic, partitions }) => ({
          topic,
          lag: partitions.reduce(
            (sum, { partition, offset }) =>
              sum + Math.max(0, (ends.get(`${topic}/${partition}`) ?? 0) - Math.max(0, Number(offset))),
            0,
          ),
        })),
      };
    });
    return (await Promise.all(described)).toSorted((a, b) => a.id.localeCompare(b.id));
  }

  /** Connects when it is needed first, and again after that failed. */
  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      this.#connected ??= this.#admin.connect();
      await this.#connected;
      return await ask();
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#connected = undefined;
      throw new AppError('dependency-unavailable', `Kafka gives no answer: ${messageOf(error)}.`, {
        cause: error,
        retryAfterSeconds: 2,
      });
    }
  }
}
