import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import type { Consumer, Kafka } from 'kafkajs';
import type { FeedEvent } from '#contracts/http/console.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import { AppError, messageOf } from '#platform/errors/app-error.ts';
import { decodeEvent } from '#platform/kafka/cloudevents.ts';
import { type IncomingMessage, toIncoming } from '#platform/kafka/messages.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { traceIdOf } from '../trace-id.ts';
import { groupPrefix } from './message-reader.ts';

/** Events as they come, to whoever follows them. */
export interface EventSource {
  /**
   * Resolves when events come. They stop when the result is disposed; when they stop by themselves, for good, `onLost` is
   * called.
   */
  open(onMessage: (message: IncomingMessage) => void, onLost: () => void): Promise<AsyncDisposable>;
}

/** Order events from now on, under a group of their own. */
export function kafkaEvents(kafka: Kafka, log: Logger): EventSource {
  return {
    async open(onMessage, onLost) {
      const groupId = `${groupPrefix}${randomUUID()}`;
      const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, sessionTimeout: 10_000 });
      // kafkajs restarts after what may pass, such as a broker that comes back.
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || onLost());
      try {
        await start(consumer, onMessage);
      } catch (error) {
        await consumer.disconnect();
        throw error;
      }
      return { [Symbol.asyncDispose]: () => end(kafka, consumer, groupId, log) };
    },
  };
}

async function start(consumer: Consumer, onMessage: (message: IncomingMessage) => void): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [orderEventsTopic.name], fromBeginning: false });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ topic, partition, message }) => {
      onMessage(toIncoming(topic, partition, message));
      return Promise.resolve();
    },
  });
}

async function end(kafka: Kafka, consumer: Consumer, groupId: string, log: Logger): Promise<void> {
  const admin = kafka.admin();
  try {
    await consumer.disconnect();
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch (error) {
    // It expires by itself.
    log.warn({ groupId, error: messageOf(error) }, 'consumer group not deleted');
  } finally {
    await admin.disconnect();
  }
}

// nginx in front ends a connection that is silent for 35 s (infrastructure/edge/server.conf.template).
const keepAliveMs = 15_000;
/** Bytes that wait for a client that does not read; then it is cut off, and comes again. */
const mostWaiting = 256 * 1024;

export function toFeedEvent(message: IncomingMessage): FeedEvent {
  const { id, type, subject, time, data } = decodeEvent(message);
  return { id, type, orderId: subject, at: time, traceId: traceIdOf(message.headers.traceparent), data };
}

/**
 * What happens to orders, for any number of pages: one consumer, and that only while somebody looks. Nothing is kept; who
 * comes later sees what happens later.
 */
export class OrderFeed implements AsyncDisposable {
  readonly #source: EventSource;
  readonly #log: Logger;
  readonly #maxClients: number;
  readonly #clients = new Set<PassThrough>();
  readonly #timer: NodeJS.Timeout;
  /** Openings and closings one after the other. */
  #changing: Promise<void> = Promise.resolve();
  #following: AsyncDisposable | undefined;

  constructor(source: EventSource, log: Logger, maxClients: number) {
    this.#source = source;
    this.#log = log;
    this.#maxClients = maxClients;
    this.#timer = setInterval(() => this.#write(': still here\n\n'), keepAliveMs);
    this.#timer.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /**
   * Server-sent events, named `order`.
   *
   * @throws AppError `overloaded` for too many clients, `dependency-unavailable` when events can't be followed.
   */
  async open(): Promise<Readable> {
    if (this.#clients.size >= this.#maxClients)
      throw new AppError('overloaded', `${this.#maxClients} pages follow already; try again later.`);
    const stream = new PassThrough();
    this.#clients.add(stream);
    stream.once('close', () => {
      this.#clients.delete(stream);
      void this.#adjust().catch((error: unknown) =>
        this.#log.warn({ error: messageOf(error) }, 'feed not closed'),
      );
    });
    try {
      await this.#adjust();
    } catch (error) {
      stream.destroy();
      throw new AppError('dependency-unavailable', `Order events can't be followed: ${messageOf(error)}.`, {
        cause: error,
        retryAfterSeconds: 2,
      });
    }
    stream.write('retry: 2000\n: follows\n\n');
    return stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
    await this.#adjust();
  }

  /** Follows while there is somebody. */
  #adjust(): Promise<void> {
    const next = this.#changing.then(async () => {
      const wanted = this.#clients.size > 0;
      if (wanted && !this.#following)
        this.#following = await this.#source.open(
          (message) => this.#tell(message),
          () => this.#lost(),
        );
      if (wanted || !this.#following) return;
      const following = this.#following;
      this.#following = undefined;
      await following[Symbol.asyncDispose]();
    });
    this.#changing = next.catch(() => undefined);
    return next;
  }

  /** Pages come again, and are told what is wrong if it still is. */
  #lost(): void {
    for (const client of this.#clients) client.destroy();
  }

  #tell(message: IncomingMessage): void {
    try {
      const event = toFeedEvent(message);
      this.#write(`event: order\nid: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
    } catch (error) {
      // The services' own consumers send it to the dead letters; here it is only not shown.
      const { topic, partition, offset } = message;
      this.#log.debug({ topic, partition, offset, error: messageOf(error) }, 'event not shown');
    }
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      if (client.writableLength > mostWaiting) client.destroy();
      else client.write(text);
    }
  }
}
