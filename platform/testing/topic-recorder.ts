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

/** The offset of the next message of each partition. */
async function endsOf(admin: Admin, topic: string): Promise<ReadonlyMap<number, string>> {
  // Just made partitions may not have their leader yet.
  const offsets = await poll(() => admin.fetchTopicOffsets(topic), { what: `the offsets of ${topic}` });
  return new Map(offsets.map(({ partition, high }) => [partition, high]));
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

/** Deletes what other tests left in a topic, so that a new group begins here. */
export function emptyTopic(kafka: Kafka, topic: string): Promise<void> {
  return withAdmin(kafka, async (admin) => {
    const ends = [...(await endsOf(admin, topic))].map(([partition, offset]) => ({ partition, offset }));
    const partitions = ends.filter(({ offset }) => offset !== '0');
    if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
  });
}

/** Keeps every message of some topics from its start on, in memory. */
export class TopicRecorder implements AsyncDisposable {
  readonly #messages: RecordedMessage[] = [];
  readonly #stop: () => Promise<void>;

  private constructor(messages: RecordedMessage[], stop: () => Promise<void>) {
    this.#messages = messages;
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
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, partition, message }) => {
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
    return new TopicRecorder(messages, () => consumer.disconnect());
  }

  /** What was recorded, optionally of one topic and key. */
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
