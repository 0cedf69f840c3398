import { isDeepStrictEqual } from 'node:util';
import { signInFailedType } from '#contracts/events/identity-events.ts';
import { placeOrderType } from '#contracts/events/order-commands.ts';
import { commandRefusedType, orderConflictType } from '#contracts/events/order-events.ts';
import { paymentEventType } from '#contracts/events/payments.ts';
import { order } from '#contracts/http/orders.ts';
import { analyticsTopic, orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { fromDeadLetter, PoisonMessageError, toDeadLetter } from '#platform/kafka/dead-letter.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { readSource } from '../../services/ai-orchestrator/triggers/source-event.ts';
import { decodeMessage } from '../../services/consumer/domain/commands.ts';
import { orderOf } from '../../services/producer/domain/placed-order.ts';
import { Receipts } from '../../services/producer/receipts.ts';
import { FakeRedis, RecordedMetrics } from '../../services/producer/tests/fakes.ts';
import { sourceOf } from '../../services/streams/domain/sources.ts';
import { decodeOrderNews } from '../../services/web3-payment/domain/order-events.ts';
import { toLetter } from '../dlq/letter.ts';
import { KafkaEvidence } from '../reconcile/kafka-evidence.ts';
import { received, type Sample } from './sample.ts';

/** A part of the platform that reads messages which another version may have written. */
export interface Reader {
  readonly name: string;
  /** Whether the message is one of those that it must understand. */
  readonly mustRead: (sample: Sample) => boolean;
  /** @throws when it does not understand the message */
  readonly read: (sample: Sample) => void | Promise<void>;
}

const from =
  (topic: string) =>
  ({ message }: Sample): boolean =>
    message.topic === topic;

/** What becomes of a payment and counts. */
const steps: ReadonlySet<string> = new Set(
  (['open', 'settled', 'refunded', 'expired'] as const).map(paymentEventType),
);

const decisive: ReadonlySet<string> = new Set([paymentEventType('settled'), paymentEventType('refunded')]);

const consumer: Reader = {
  name: 'consumer',
  mustRead: ({ type, message }) => message.topic === ordersTopic.name || decisive.has(type),
  read(sample) {
    if (!decodeMessage(received(sample))) throw new Error('the message was passed over');
  },
};

/** It makes invoices for what waits for a payment by crypto, and refunds. */
const web3Payment: Reader = {
  name: 'web3-payment',
  mustRead: ({ message: { topic, value } }) =>
    topic === orderEventsTopic.name &&
    'previousStatus' in JSON.parse(value.toString()) &&
    JSON.parse(value.toString()).paymentMethod === 'crypto',
  read(sample) {
    if (!decodeOrderNews(received(sample))) throw new Error('the message was passed over');
  },
};

/** A repeat of an order that another version has accepted gets its answer from the receipt in Redis. */
const receipts: Reader = {
  name: 'receipts of the producer',
  mustRead: ({ type }) => type === placeOrderType,
  async read({ message }) {
    const redis = new FakeRedis();
    redis.values.set(`order:${message.key}`, `{"acknowledged":true,"command":${message.value.toString()}}`);
    const known = new Receipts(redis, 1_000, new RecordedMetrics(), createLogger('contracts', 'silent'));
    const receipt = await known.find(message.key);
    if (receipt === undefined || receipt === 'unknown') throw new Error('the receipt is not understood');
    order.parse(orderOf(receipt.command));
  },
};

const reconcile: Reader = {
  name: 'reconcile',
  // It compares conflicts by the rows of PostgreSQL.
  mustRead: ({ type, message }) =>
    [ordersTopic.name, orderEventsTopic.name].includes(message.topic) && type !== orderConflictType,
  read(sample) {
    const evidence = new KafkaEvidence();
    evidence.add(received(sample));
    const { commands, acts, accepted, states, refusals } = evidence;
    const found = [commands, acts, accepted, states, refusals].some((list) => list.length > 0);
    if (!found) throw new Error('the message was passed over');
  },
};

/** Conflicts, refused commands and ended sessions change no figure: it passes over them. */
const streams: Reader = {
  name: 'streams',
  mustRead: ({ type, message }) =>
    type === placeOrderType ||
    type === signInFailedType ||
    steps.has(type) ||
    (message.topic === orderEventsTopic.name && ![orderConflictType, commandRefusedType].includes(type)),
  read(sample) {
    const event = sourceOf(sample.message.topic).read(received(sample));
    if (!event) throw new Error('the message was passed over');
  },
};

/** It acts on accepted and begun orders and on anomalies, and must not stumble over anything else of their topics. */
const agents: Reader = {
  name: 'ai-orchestrator',
  mustRead: ({ message }) => [orderEventsTopic.name, analyticsTopic.name].includes(message.topic),
  read: (sample) => void readSource(received(sample)),
};

/** Whatever is buried can be replayed as it was. */
const dlq: Reader = {
  name: 'dlq',
  mustRead: from(ordersTopic.name),
  read(sample) {
    const original = received(sample);
    const buried = toDeadLetter(original, new PoisonMessageError('failed', 'to be replayed'), 'consumer');
    const letter = toLetter({ ...original, ...buried, value: Buffer.from(buried.value) });
    const { key, value, headers } = fromDeadLetter(letter.message);
    const { replay_of: _, ...others } = headers;
    const { message } = sample;
    const again = { topic: message.topic, key, value: value.toString(), headers: others };
    if (!isDeepStrictEqual(again, { ...message })) throw new Error('the replay is another message');
  },
};

export const readers: readonly Reader[] = [consumer, streams, web3Payment, agents, receipts, reconcile, dlq];
