import type { Database } from '#platform/database/database.ts';
import type { ChainPayment, PaymentRow } from '../../scripts/reconcile/evidence.ts';
import { readPayments } from '../../scripts/reconcile/payment-evidence.ts';
import { type Percentiles, percentiles, readPercentiles } from '../observe/end-to-end.ts';
import type { RunResult } from '../result.ts';

/** After the last request, until every order that the demo wallet was asked to pay is paid: blocks and confirmations, in batches. */
export const settledWithinMs = 120_000;

/** What became of the orders of a run that were to be paid on the chain. */
export interface Settlement {
  /** Orders that the demo wallet was asked to pay. */
  readonly asked: number;
  /** Those of them that the chain itself says are paid. Reconciliation's figure of that name counts what was there before, too. */
  readonly paidOnChain: number;
  /** By the platform's own record, from the moment at which the producer priced an order until its payment was settled. */
  readonly settled: Percentiles;
  /** What kept the first order that could not be paid from it. */
  readonly firstFailure: string | undefined;
}

/** How many of the orders the chain has a payment of. */
export async function countPaidOnChain(
  orderIds: ReadonlySet<string>,
  payments: readonly PaymentRow[],
  readChain: (payments: readonly PaymentRow[]) => Promise<readonly ChainPayment[]>,
): Promise<number> {
  const chainPayments = await readChain(payments.filter(({ orderId }) => orderIds.has(orderId)));
  return new Set(chainPayments.filter(({ state }) => state === 'paid').map(({ orderId }) => orderId)).size;
}

/** Asks the record of payments, and the chain past it. @throws UserError when web3-payment does not say where its contract is */
export async function readSettlement(
  database: Database,
  readChain: (payments: readonly PaymentRow[]) => Promise<readonly ChainPayment[]>,
  asked: ReadonlySet<string>,
  firstFailure: string | undefined,
): Promise<Settlement> {
  const settled = await readPercentiles(
    database,
    `select ${percentiles('p.settled_at - o.placed_at')}
       from payments.payments p join orders.orders o on o.order_id = p.order_id
      where p.settled_at is not null and p.order_id = any(?::uuid[])`,
    [[...asked]],
  );
  const paidOnChain = await countPaidOnChain(asked, await readPayments(database), readChain);
  return { asked: asked.size, paidOnChain, settled, firstFailure };
}

/** Which of the orders the order book has as paid. */
export async function paidOrders(
  database: Database,
  orderIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    'select order_id as id from orders.orders where paid and order_id = any(?::uuid[])',
    [[...orderIds]],
  );
  return rows.map(({ id }) => id);
}

/** A load that is to be paid on the chain, and is not, says nothing about payments: a line for it, or none. */
export function brokenSettlement({ mix, settlement }: Pick<RunResult, 'mix' | 'settlement'>): string[] {
  if (mix.paymentMethod !== 'crypto') return [];
  const { asked = 0, paidOnChain = 0, firstFailure } = settlement ?? {};
  if (asked > 0 && paidOnChain >= asked) return [];
  const why = firstFailure === undefined ? '' : `; the first that could not be paid: ${firstFailure}`;
  return [
    asked === 0
      ? 'no order was paid on the chain: none was accepted that could be'
      : `only ${paidOnChain} of ${asked} orders were paid on the chain within ${settledWithinMs / 1_000} s after the last request${why}`,
  ];
}
