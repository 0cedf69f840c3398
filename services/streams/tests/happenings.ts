import fc from 'fast-check';
import { v5 as uuidv5 } from 'uuid';
import { placeOrderType } from '#contracts/events/order-commands.ts';
import { orderAcceptedType, statusEventType } from '#contracts/events/order-events.ts';
import { type PaymentChanged, paymentEventType } from '#contracts/events/payments.ts';
import type { LifecycleState, OrderAction, OrderStatus } from '#contracts/order-lifecycle.ts';
import type { PaymentStatus } from '#contracts/payment.ts';
import { orderEventsTopic, ordersTopic, paymentsTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';

/** When the days of these tests begin, in milliseconds since the epoch. */
export const opening = Date.UTC(2026, 0, 1, 8);

/** The life of an order, as a test thinks it up. */
export interface Life {
  readonly orderId: string;
  /** In milliseconds since the epoch. */
  readonly placedAt: number;
  readonly lines: readonly { productId: string; quantity: number; cents: number }[];
  readonly steps: readonly Step[];
  /** `main` unless told. */
  readonly shopId?: string;
  /** On chains: the first is what settles the order, the others are surpluses; none unless told. */
  readonly payments?: readonly LifeOfPayment[];
}

/** What becomes of a payment on a chain; times are in milliseconds after what was before. */
export interface LifeOfPayment {
  readonly invoicedAfterMs: number;
  /** Where it ends. */
  readonly end: 'open' | 'expired' | 'settled' | 'refunded';
  readonly endedAfterMs: number;
  readonly refundedAfterMs: number;
}

export interface Step {
  readonly action: OrderAction;
  readonly status: OrderStatus;
  /** In milliseconds after the step before it. */
  readonly afterMs: number;
}

const served: readonly [OrderAction, OrderStatus][] = [
  ['request-payment', 'awaiting-payment'],
  ['confirm-payment', 'paid'],
  ['prepare', 'preparing'],
  ['mark-ready', 'ready'],
  ['complete', 'completed'],
];
const lost: readonly [OrderAction, OrderStatus][] = [
  ['request-payment', 'awaiting-payment'],
  ['confirm-payment', 'paid'],
  ['cancel', 'cancelled'],
  ['refund', 'refunded'],
];

const durations = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 90_000 }));

const payments = fc.array(
  fc.record({
    invoicedAfterMs: fc.integer({ min: 0, max: 2_000 }),
    end: fc.constantFrom('open' as const, 'expired' as const, 'settled' as const, 'refunded' as const),
    endedAfterMs: durations,
    refundedAfterMs: durations,
  }),
  { maxLength: 2 },
);

/** Orders that come within five minutes, and how far they got. */
export const lives = (most = 12, least = 1): fc.Arbitrary<Life[]> =>
  fc
    .array(
      fc.record({
        placedAt: fc.integer({ min: opening, max: opening + 300_000 }),
        shopId: fc.constantFrom('main', 'airport'),
        path: fc.constantFrom(served, lost),
        length: fc.integer({ min: 0, max: 5 }),
        payments,
        afterMs: fc.array(durations, { minLength: 6, maxLength: 6 }),
        lines: fc.array(
          fc.record({
            productId: fc.constantFrom('latte', 'espresso', 'flat-white'),
            quantity: fc.integer({ min: 1, max: 3 }),
            cents: fc.integer({ min: 100, max: 900 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      }),
      { minLength: least, maxLength: most },
    )
    .map((all) =>
      all.map(({ path, length, afterMs, ...rest }, index) => ({
        ...rest,
        orderId: uuidv5(`order-${index}`, uuidv5.URL),
        steps: path
          .slice(0, length)
          .map(([action, status], step) => ({ action, status, afterMs: afterMs[step + 1] ?? 0 })),
      })),
    );

const timeOf = (ms: number): string => new Date(ms).toISOString();
const totalOf = ({ lines }: Life): number => lines.reduce((sum, { cents }) => sum + cents, 0);

/** The messages of a life, in the order in which they would be written. */
export function messagesOf(life: Life): OutgoingMessage[] {
  const { orderId } = life;
  const totalCents = totalOf(life);
  const common = { customerId: 'customer-1', currency: 'USD' as const, totalCents, paymentMethod: 'counter' };
  const lines = life.lines.map(({ productId, quantity, cents }) => ({
    productId,
    name: productId,
    size: 'small',
    options: [],
    quantity,
    unitPriceCents: cents,
    lineTotalCents: cents,
  }));
  const event = (topic: string, type: string, at: number, data: object): OutgoingMessage =>
    encodeEvent(
      {
        id: uuidv5(`${topic}/${type}`, orderId),
        type,
        source: '/tests',
        subject: orderId,
        time: timeOf(at),
        data: { orderId, ...common, ...data },
      },
      topic,
      orderId,
    );
  const placedAt = timeOf(life.placedAt);
  const fingerprint = 'a'.repeat(64);
  let at = life.placedAt + 5;
  let state: LifecycleState = { status: 'accepted', paid: false };
  const placed = { lines, fingerprint, menuVersion: 1, placedAt };
  const { shopId = 'main' } = life;
  const accepted = { orderVersion: 1, status: 'accepted', shopId, lines, placedAt, acceptedAt: timeOf(at) };
  const messages = [
    event(ordersTopic.name, placeOrderType, life.placedAt, placed),
    event(orderEventsTopic.name, orderAcceptedType, at, accepted),
  ];
  for (const [index, { action, status, afterMs }] of life.steps.entries()) {
    at += afterMs;
    const paid = action === 'confirm-payment' || (state.paid && action !== 'refund');
    const data = { orderVersion: index + 2, status, previousStatus: state.status, paid, action };
    const rest = { refundDue: false, actor: 'barista', occurredAt: timeOf(at) };
    messages.push(event(orderEventsTopic.name, statusEventType(status), at, { ...data, ...rest }));
    state = { status, paid };
  }
  return [...messages, ...(life.payments ?? []).flatMap((one, index) => paymentMessages(life, one, index))];
}

/** What web3-payment tells of a payment, in the order in which it would. */
function paymentMessages(life: Life, payment: LifeOfPayment, index: number): OutgoingMessage[] {
  const { orderId } = life;
  const paymentId = uuidv5(`payment-${index}`, orderId);
  const invoicedAt = life.placedAt + 5 + payment.invoicedAfterMs;
  const endedAt = invoicedAt + payment.endedAfterMs;
  const isSettled = payment.end === 'settled' || payment.end === 'refunded';
  const told: [PaymentStatus, number][] = [
    ['open', invoicedAt],
    // In another token, and then in a block: neither is a step.
    ['open', invoicedAt],
    ['pending', invoicedAt],
    ...(payment.end === 'expired' ? [['expired', endedAt] as [PaymentStatus, number]] : []),
    ...(isSettled ? [['settled', endedAt] as [PaymentStatus, number]] : []),
    ...(payment.end === 'refunded'
      ? [['refunded', endedAt + payment.refundedAfterMs] as [PaymentStatus, number]]
      : []),
  ];
  return told.map(([status, at], version) => {
    const data: PaymentChanged = {
      paymentId,
      paymentVersion: version + 1,
      orderId,
      customerId: 'customer-1',
      status,
      surplus: isSettled && index > 0,
      currency: 'USD',
      totalCents: totalOf(life),
      chain: `chain-${index}`,
      chainId: index + 1,
      token: 'USDC',
      amount: '1',
      occurredAt: timeOf(at),
    };
    const id = uuidv5(`${status}/${version}`, paymentId);
    const event = { id, type: paymentEventType(status), source: '/tests', subject: orderId };
    return encodeEvent({ ...event, time: timeOf(at), data }, paymentsTopic.name, orderId);
  });
}

/** A message as it comes from a partition. */
export const delivered = (message: OutgoingMessage, partition: number, offset: number): IncomingMessage => ({
  topic: message.topic,
  partition,
  offset: String(offset),
  key: message.key,
  value: Buffer.from(message.value),
  headers: message.headers,
  timestampMs: opening,
});
