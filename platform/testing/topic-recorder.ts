import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { poll } from './poll.ts';

export interface RecordedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

type Ends = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** The offset of the next message of each partition. */
async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Ends> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, ReadonlyMap<number, string>>();
    for (const topic of topics) {
      // Just made partitions may not have their leader yet.
      const offsets = await poll(() => admin.fetchTopicOffsets(topic), { what: `the offsets of ${topic}` });
      ends.set(topic, new Map(offsets.map(({ partition, high }) => [partition, high])));
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

/** Lets a group begin where a topic ends now: what other tests left there does not concern it. */
export async function beginAtEnd(kafka: Kafka, groupId: string, topic: string): Promise<void> {
  const ends = await endsOf(kafka, [topic]);
  // As kafkajs' own admin.setOffsets, which takes 5 s for an empty fetch.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 10 });
  const { promise: joined, resolve } = Promise.withResolvers<void>();
  consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  await consumer.connect();
  await consumer.subscribe({ topics: [topic] });
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  await joined;
  const offsets = [...(ends.get(topic) ?? [])].map(([partition, offset]) => ({ topic, partition, offset }));
  await consumer.commitOffsets(offsets);
  await consumer.disconnect();
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
    const ends = from === 'end' ? await endsOf(kafka, topics) : undefined;
    const messages: RecordedMessage[] = [];
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 60_000 });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, partition, message }) => {
        const first = BigInt(ends?.get(topic)?.get(partition) ?? 0);
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
