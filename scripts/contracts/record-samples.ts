import { actionType } from '#contracts/events/order-commands.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { decodeCommand, type OrderCommand } from '../../services/consumer/domain/commands.ts';
import { foldBatch } from '../../services/consumer/domain/fold-batch.ts';
import { expiry } from '../../services/consumer/upkeep/expire-orders.ts';
import {
  pseudonymOf,
  refreshTokenReusedMessage,
  signInFailedMessage,
} from '../../services/producer/identity/identity-events.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';
import { agentsDoings } from './record-ai-tasks.ts';
import { analyticsOf } from './record-analytics.ts';
import { paymentsOf } from './record-payments.ts';
import { received, type Sample } from './sample.ts';

type Line = { productId: string; size: string; options?: string[]; quantity: number };
type Step = 'confirm-payment' | 'prepare' | 'mark-ready' | 'complete' | 'reject' | 'refund' | 'cancel';
type Story = {
  readonly items: readonly Line[];
  readonly paymentMethod?: 'crypto';
  readonly steps: readonly (Step | 'expire' | 'request-payment' | 'another request')[];
};

const latte: Line = { productId: 'latte', size: 'large', options: ['oat-milk', 'extra-shot'], quantity: 2 };
const water: Line = { productId: 'water', size: 'glass', quantity: 1 };
const happyEnd: readonly Step[] = ['confirm-payment', 'prepare', 'mark-ready', 'complete'];

/** The lives of orders that together have every kind of message. */
const stories: Readonly<Record<string, Story>> = {
  served: { items: [latte, water], steps: [...happyEnd, 'cancel', 'another request'] },
  crypto: { items: [latte], paymentMethod: 'crypto', steps: ['request-payment'] },
  free: { items: [water], steps: ['prepare'] },
  cancelled: { items: [latte], steps: ['cancel', 'confirm-payment', 'refund'] },
  expired: { items: [latte], steps: ['expire'] },
  rejected: { items: [latte], steps: ['reject'] },
};

const at = '2026-03-01T08:01:00.000Z';
/** Somebody who was not let in, and somebody whose session was ended. */
const refusals: readonly OutgoingMessage[] = [
  signInFailedMessage(
    {
      name: pseudonymOf('samples', 'ada'),
      address: pseudonymOf('samples', '192.0.2.1'),
      reason: 'wrong-credentials',
      occurredAt: at,
    },
    '0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a01',
  ),
  refreshTokenReusedMessage(
    {
      sessionId: '0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a02',
      accountId: '0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a03',
      occurredAt: at,
    },
    '0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a04',
  ),
];
const unknownOrder = '6d0f4f3a-6f5e-4d0c-8b56-0d8f3a1c2b4e';

/**
 * Plays the lives of orders through the producer's API and the consumer's state machine, and keeps every message that
 * they encode. Clocks and keys are fixed: the same code records the same samples.
 */
export async function recordSamples(version: string): Promise<Sample[]> {
  const recorded = new Recording(version);
  const commands: { readonly story: string; readonly command: OrderCommand }[] = [];
  const take = (story: string, message: OutgoingMessage): void => {
    const sample = recorded.add(story, message);
    commands.push({ story, command: decodeCommand(received(sample)) });
  };
  await using producer = await startProducer();
  for (const [name, story] of Object.entries(stories)) {
    const before = producer.publisher.messages.length;
    const orderId = await post(`${producer.url}/v1/orders`, 'place', orderOf(name, story), asCustomer(name));
    take(name, producer.publisher.messages[before] as OutgoingMessage);
    for (const step of story.steps) {
      if (step === 'expire') take(name, expiry(orderId, at).message);
      else if (step === 'request-payment') take(name, requestPayment(orderId));
      else {
        if (step === 'another request') {
          // Without Redis the producer can't tell: the order book has to.
          producer.redis.values.clear();
          const items = [{ ...latte, quantity: 1 }];
          await post(
            `${producer.url}/v1/orders`,
            'place',
            orderOf(name, { ...story, items }),
            asCustomer(name),
          );
        } else await act(producer.url, orderId, step, name);
        take(name, producer.publisher.messages.at(-1) as OutgoingMessage);
      }
    }
  }
  take('unknown', requestPayment(unknownOrder));
  const storyOf = new Map(commands.map(({ story, command }) => [command, story]));
  const { events } = foldBatch([...storyOf.keys()], new Map(), new Set(), at);
  for (const { command, event } of events) {
    recorded.add(storyOf.get(command) as string, encodeEvent(event, orderEventsTopic.name, command.orderId));
  }
  for (const [name, message] of agentsDoings()) recorded.add(name, message);
  const paid = commands.find(({ story, command }) => story === 'crypto' && command.kind === 'place');
  if (!paid) throw new Error('the stories have an order that is paid on a chain');
  for (const message of paymentsOf(paid.command.orderId, 'crypto-customer')) recorded.add('crypto', message);
  for (const message of analyticsOf(recorded.samples)) recorded.add('shop', message);
  for (const message of refusals) recorded.add('refused', message);
  return recorded.samples;
}

class Recording {
  readonly samples: Sample[] = [];
  readonly #version: string;

  constructor(version: string) {
    this.#version = version;
  }

  /** A story that has several messages of a type gets numbers. */
  add(story: string, message: OutgoingMessage): Sample {
    const type = message.headers.ce_type as string;
    const earlier = this.samples.filter((sample) => sample.type === type && sample.name.startsWith(story));
    const name = earlier.length === 0 ? story : `${story}-${earlier.length + 1}`;
    const sample = { type, version: this.#version, name, message };
    this.samples.push(sample);
    return sample;
  }
}

const orderOf = (name: string, { items, paymentMethod }: Pick<Story, 'items' | 'paymentMethod'>) => ({
  customerId: customerOf(name),
  items,
  ...(paymentMethod ? { paymentMethod } : {}),
});

/** @returns the order's id */
async function post(url: string, key: string, body: unknown, who: Who): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key, ...(await who) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.status !== 202) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  const answer = (await response.json()) as { id?: string; orderId: string };
  return answer.id ?? answer.orderId;
}

type Who = ReturnType<typeof signedIn>;
const customerOf = (story: string): string => `${story}-customer`;
const asCustomer = (story: string): Who => signedIn(customerOf(story), 'customer');
const asBarista = (): Who => signedIn('barista', 'barista');

async function act(url: string, orderId: string, action: Step, story: string): Promise<void> {
  const order = `${url}/v1/orders/${orderId}`;
  if (action !== 'cancel') return void (await post(`${order}/actions`, action, { action }, asBarista()));
  const headers = { 'idempotency-key': action, ...(await asCustomer(story)) };
  const response = await fetch(`${order}?reason=Changed%20my%20mind`, { method: 'DELETE', headers });
  if (response.status !== 202) throw new Error(`DELETE ${order}: ${response.status}`);
}

/** The order book asks for payment by itself; the command is taken all the same, and no service sends it. */
function requestPayment(orderId: string): OutgoingMessage {
  const data = { orderId, action: 'request-payment', actor: 'system', requestedAt: at };
  const event = { id: orderId, type: actionType('request-payment'), source: '/tests', subject: orderId };
  return encodeEvent({ ...event, time: at, data }, ordersTopic.name, orderId);
}
