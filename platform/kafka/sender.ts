import type { Context } from '@opentelemetry/api';
import { type Kafka, type Message, Partitioners, type Producer, type TopicMessages } from 'kafkajs';
import { AppError, messageOf } from '../errors/app-error.ts';
import { backoff, pause, retryUntilAborted } from '../lifecycle/abort.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { OutgoingMessage } from './messages.ts';
import { endSpan, startPublishSpan, traceHeaders } from './tracing.ts';

/** A message and the context that its producer span belongs to. */
export interface TracedMessage {
  readonly message: OutgoingMessage;
  readonly context: Context;
}

const brokerTimeoutMs = 5_000;
const mostRetries = 5;

/**
 * Sends messages to Kafka with `acks=-1` and bounded retries, never with kafkajs' idempotent producer, which was
 * shown to lose acknowledged messages (design.md, decision 2). Connects in the background until it succeeds.
 *
 * The retries are ours. Those of kafkajs skip every broker that has answered already: when a partition's leadership moved
 * to such a broker in between, its messages are never sent, and yet reported as written (docs/adr/0014).
 */
export class Sender implements AsyncDisposable {
  readonly #producer: Producer;
  readonly #stopped = new AbortController();
  readonly #connecting: Promise<unknown>;
  #connected = false;

  constructor(kafka: Kafka, log: Logger) {
    this.#producer = kafka.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { retries: 0 },
    });
    this.#connecting = retryUntilAborted(
      async () => {
        await this.#producer.connect();
        this.#connected = true;
      },
      this.#stopped.signal,
      (error, attempt) => {
        if (attempt === 0)
          log.warn({ error: messageOf(error) }, 'kafka is away, connecting in the background');
      },
    );
  }

  /**
   * Sends all messages in one produce request a broker and resolves when every in-sync replica has them. When it
   * rejects, any part of them may have been written.
   *
   * @throws AppError `dependency-unavailable` before the first connection: nothing was sent.
   */
  async send(batch: readonly TracedMessage[]): Promise<void> {
    if (!this.#connected) {
      throw new AppError('dependency-unavailable', 'Kafka was not reached yet; nothing was sent.', {
        retryAfterSeconds: 2,
      });
    }
    const topics = new Map<string, Message[]>();
    const spans = batch.map(({ message, context: parent }) => {
      const { span, context: spanContext } = startPublishSpan(message, parent);
      const messages = topics.get(message.topic) ?? [];
      topics.set(message.topic, messages);
      const { key, value } = message;
      messages.push({ key, value, headers: { ...message.headers, ...traceHeaders(spanContext) } });
      return span;
    });
    const topicMessages: TopicMessages[] = [...topics].map(([topic, messages]) => ({ topic, messages }));
    try {
      await this.#sendWithRetries(topicMessages);
      for (const span of spans) endSpan(span);
    } catch (error) {
      for (const span of spans) endSpan(span, error);
      throw error;
    }
  }

  /** Each attempt sends everything: what was written by an earlier one comes again, under the same ids. */
  async #sendWithRetries(topicMessages: TopicMessages[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#producer.sendBatch({ topicMessages, acks: -1, timeout: brokerTimeoutMs });
        return;
      } catch (error) {
        // So it calls what may be repeated; it has looked for the new leaders by then. Its class is no named export
        // that Node finds.
        const repeatable = error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
        if (!repeatable || attempt === mostRetries || this.#stopped.signal.aborted) throw error;
        await pause(backoff(attempt, 100, 1_000), this.#stopped.signal);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#connecting;
    await this.#producer.disconnect();
  }
}
