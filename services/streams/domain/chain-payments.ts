import type { PaymentStep } from '#contracts/events/analytics.ts';
import { paymentChanged, paymentEventType } from '#contracts/events/payments.ts';
import { paymentsTopic } from '#contracts/topics.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { addPayments, addTotal, emptyAggregate } from './aggregate.ts';
import { readableEvent } from './readable-event.ts';
import type { Source, SourceEvent } from './source-event.ts';

/**
 * What became of payments on chains. What can't be read is of no interest here: it is the order book that buries what would
 * have moved an order.
 */
export const chainPayments: Source = { topic: paymentsTopic, read };

/** Blocks come and go: what a payment is between these is not counted. */
const steps: ReadonlyMap<string, PaymentStep> = new Map([
  [paymentEventType('open'), 'invoiced'],
  [paymentEventType('settled'), 'settled'],
  [paymentEventType('refunded'), 'refunded'],
  [paymentEventType('expired'), 'expired'],
]);

function read(message: IncomingMessage): SourceEvent | undefined {
  const step = steps.get(message.headers.ce_type ?? '');
  if (!step) return undefined;
  const parsed = paymentChanged.safeParse(readableEvent(message)?.data);
  if (!parsed.success) return undefined;
  const { orderId, paymentId, paymentVersion, currency, totalCents, surplus, occurredAt } = parsed.data;
  // An invoice for another token replaces the first one: the payment was offered already.
  if (step === 'invoiced' && paymentVersion > 1) return undefined;
  const facts = emptyAggregate();
  addPayments(facts, currency, step, { count: 1, cents: totalCents });
  // A surplus goes back: the order is not paid by it.
  if (step === 'settled' && !surplus) addTotal(facts, 'settled', 1);
  // An order has a payment on each chain that one was asked for on; each counts once for a step.
  const token = `${paymentId}/${step}`;
  return { orderId, token, at: Date.parse(occurredAt), reached: step, of: paymentId, facts };
}
