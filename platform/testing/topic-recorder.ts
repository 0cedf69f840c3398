import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import { poll } from './poll.ts';

export interface RecordedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The offset of the next message of each partition that has messages. */
async function endsOf(admin: Admin, topic: string): Promise<ReadonlyMap<number, string>> {
  // Just made partitions may not have their leader yet.
  const offsets = await poll(() => admin.fetchTopicOffsets(topic), { what: `the offsets of ${topic}` });
  return new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, high]),
  );
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

async function empty(admin: Admin, topic: string): Promise<void> {
  const ends = [...(await endsOf(admin, topic))];
  const partitions = ends.map(([partition, offset]) => ({ partition, offset }));
  if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
}

/** Deletes what other tests left in a topic, so that a new group begins here. */
export function emptyTopic(kafka: Kafka, topic: string): Promise<void> {
  return withAdmin(kafka, (admin) => empty(admin, topic));
}

/** The same for every topic of the broker that is wanted, also those that other tests made. */
export function emptyTopics(kafka: Kafka, wanted: (topic: string) => boolean): Promise<void> {
  return withAdmin(kafka, async (admin) => {
    for (const topic of (await admin.listTopics()).filter(wanted)) await empty(admin, topic);
  });
}

/** How far a recorder has read: by topic and partition the offset after the last message that it saw. */
class Positions {
  readonly #next = new Map<string, bigint>();

  saw(topic: string, partition: number, offset: string): void {
    this.#next.set(`${topic}/${partition}`, BigInt(offset) + 1n);
  }

  reached(topic: string, ends: ReadonlyMap<number, string>): boolean {
    return [...ends].every(
      ([partition, end]) => (this.#next.get(`${topic}/${partition}`) ?? 0n) >= BigInt(end),
    );
  }
}

/** Keeps every message of some topics from its start on, in memory. */
export class TopicRecorder implements AsyncDisposable {
  readonly #kafka: Kafka;
  readonly #messages: RecordedMessage[] = [];
  readonly #positions: Positions;
  readonly #stop: () => Promise<void>;

  private constructor(
    kafka: Kafka,
    messages: RecordedMessage[],
    positions: Positions,
    stop: () => Promise<void>,
  ) {
    this.#kafka = kafka;
    this.#messages = messages;
    this.#positions = positions;
    this.#stop = stop;
  }

  /** @param from `end`: only what comes from now on; `beginning`: also what is there. */
  static async start(
    kafka: Kafka,
    topics: readonly string[],
    from: 'end' | 'beginning' = 'end',
  ): Promise<TopicRecorder> {
    const groupId = `recorder-${randomUUID()}`;
    const ends = new Map<string, ReadonlyMap<number, string>>();
    if (from === 'end') {
      await withAdmin(kafka, async (admin) => {
        for (const topic of topics) ends.set(topic, await endsOf(admin, topic));
      });
    }
    const messages: RecordedMessage[] = [];
    const positions = new Positions();
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, partition, message }) => {
        positions.saw(topic, partition, message.offset);
        const first = BigInt(ends.get(topic)?.get(partition) ?? 0);
        if (BigInt(message.offset) < first) return Promise.resolve();
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        messages.push({
          topic,
          partition,
          offset: message.offset,
          key: message.key?.toString() ?? null,
          value: message.value?.toString() ?? null,
          headers: Object.fromEntries(headers),
        });
        return Promise.resolve();
      },
    });
    return new TopicRecorder(kafka, messages, positions, () => consumer.disconnect());
  }

  /**
   * Everything that is in a topic at the time of asking, optionally of one key. For whoever knows from elsewhere (an
   * answer, the database) that it is there: this recorder may not have read it yet.
   */
  async upToNow(topic: string, key?: string): Promise<readonly RecordedMessage[]> {
    const ends = await withAdmin(this.#kafka, (admin) => endsOf(admin, topic));
    await poll(() => this.#positions.reached(topic, ends), { what: `the recorder to read all of ${topic}` });
    return this.messages(topic, key);
  }

  /** What was recorded until now, which may be less than there is, optionally of one topic and key. */
  messages(topic?: string, key?: string): readonly RecordedMessage[] {
    return this.#messages.filter(
      (message) =>
        (topic === undefined || message.topic === topic) && (key === undefined || message.key === key),
    );
  }

  /** Resolves when there are at least `count`. */
  atLeast(count: number, topic?: string, key?: string): Promise<readonly RecordedMessage[]> {
    return poll(
      () => {
        const found = this.messages(topic, key);
        return found.length >= count ? found : undefined;
      },
      {
        what: `${count} messages of ${topic ?? 'the topics'}${key ? ` with key ${key}` : ''}`,
        deadlineMs: 60_000,
      },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
