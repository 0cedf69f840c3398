import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Database } from '#platform/database/database.ts';
import { type MessageContexts, traceHeaders } from '#platform/kafka/tracing.ts';
import { announce } from '../database/announce.ts';
import { type OrderChange, type PayableOrder, putOrders } from '../database/orders.ts';
import { paymentsByIds, putOffers } from '../database/payments.ts';
import { closeOffers, markRefundDue } from '../database/settling.ts';
import { markPaid } from '../database/sightings.ts';
import type { OrderNews } from '../domain/order-events.ts';
import type { Invoicing } from '../invoicing.ts';

export interface ReceivingParts {
  readonly database: Database;
  readonly invoicing: Pick<Invoicing, 'offer'>;
  /** How long an order waits for its payment, in milliseconds, from when it asks for it. */
  readonly paymentWindowMs: number;
}

/** What a batch of news did. */
export interface NewsOutcome {
  readonly offered: number;
  readonly closed: number;
  readonly refundsDue: number;
}

/**
 * Takes in what happened to orders: who waits for a payment gets an invoice on the shop's chain, who does not any more gets no
 * further one, and whose payment is due back is given it back. One transaction a batch; news that were taken in before
 * change nothing, by the order's version.
 */
export async function applyOrderNews(
  { database, invoicing, paymentWindowMs }: ReceivingParts,
  news: readonly OrderNews[],
  contexts: MessageContexts,
): Promise<NewsOutcome> {
  const changes = newestOf(news, contexts, paymentWindowMs);
  // Signing asks a price feed at most: not while a transaction is open.
  const wanted = changes.filter(({ status, totalCents }) => status === 'awaiting-payment' && totalCents > 0);
  const offers = new Map(
    await Promise.all(wanted.map(async (order) => [order.orderId, await invoicing.offer(order)] as const)),
  );
  return await database.transaction(async (transaction) => {
    const changed = await putOrders(transaction, changes);
    const waiting = changed.filter(({ status }) => status === 'awaiting-payment');
    const written = await putOffers(
      transaction,
      waiting.flatMap(({ orderId }) => offers.get(orderId) ?? []),
    );
    await announce(transaction, await paymentsByIds(transaction, written));
    await adoptEarlyPayments(transaction, waiting, offers);
    const ids = changed.map(({ orderId }) => orderId);
    const closed = await closeOffers(transaction, ids);
    await announce(transaction, closed);
    const due = changed.filter(({ refundDue }) => refundDue).map(({ orderId }) => orderId);
    await markRefundDue(transaction, due);
    return { offered: written.length, closed: closed.length, refundsDue: due.length };
  });
}

/** After a database was restored, chains know payments of orders that come only now. */
async function adoptEarlyPayments(
  transaction: Parameters<typeof markPaid>[0],
  orders: readonly PayableOrder[],
  offers: ReadonlyMap<string, { readonly chain: string }>,
): Promise<void> {
  const byChain = Map.groupBy(orders, ({ orderId }) => offers.get(orderId)?.chain ?? '');
  for (const [chain, some] of byChain) {
    const ids = some.map(({ orderId }) => orderId);
    await announce(transaction, await markPaid(transaction, chain, ids));
  }
}

/** The newest of each order: one statement writes a row once. */
function newestOf(
  news: readonly OrderNews[],
  contexts: MessageContexts,
  paymentWindowMs: number,
): OrderChange[] {
  const newest = new Map<string, OrderNews>();
  for (const one of news) {
    const known = newest.get(one.event.orderId);
    if (!known || known.event.orderVersion < one.event.orderVersion) newest.set(one.event.orderId, one);
  }
  return [...newest.values()].map(({ message, event }) => ({
    orderId: event.orderId,
    customerId: event.customerId,
    currency: event.currency,
    totalCents: event.totalCents,
    status: event.status,
    orderVersion: event.orderVersion,
    refundDue: event.refundDue,
    paymentDueAt: new Date(Date.parse(event.occurredAt) + paymentWindowMs),
    trace: traceHeaders(contexts.get(message) ?? ROOT_CONTEXT),
  }));
}
