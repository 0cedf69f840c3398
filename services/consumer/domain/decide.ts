import type { ActOnOrder, Actor } from '#contracts/events/order-commands.ts';
import type { RefusalCode } from '#contracts/events/order-events.ts';
import { hasFollowed, nextState, type OrderAction } from '#contracts/order-lifecycle.ts';
import type { OrderRecord } from './order.ts';

/** What an action makes of an order: its next version, or why it stays as it is. */
export type Decision =
  | { readonly moved: OrderRecord; readonly refused?: never }
  | { readonly moved?: never; readonly refused: RefusalCode };

const paymentActions: ReadonlySet<OrderAction> = new Set(['confirm-payment', 'refund']);

/** A barista takes money at the counter, the chain tells of its own. Free orders need neither; customers never confirm. */
const mayTakePayment = ({ paymentMethod }: OrderRecord, actor: Actor): boolean =>
  actor === 'system' || actor === (paymentMethod === 'crypto' ? 'payments' : 'barista');

/** Decides by the table of transitions; pure, so that whatever comes twice, late or in another order is decided alike. */
export function decide(
  order: OrderRecord | undefined,
  { action, actor }: Pick<ActOnOrder, 'action' | 'actor'>,
): Decision {
  if (!order) return { refused: 'unknown-order' };
  if (paymentActions.has(action) && !mayTakePayment(order, actor)) return { refused: 'wrong-payment-method' };
  const next = nextState(order, action);
  if (!next) return { refused: hasFollowed(order, action) ? 'already-done' : 'not-allowed' };
  return { moved: { ...next, version: order.version + 1 } };
}

/** What happens to an order by itself as soon as it is accepted: payment is asked for, unless there is nothing to pay. */
export const afterAcceptance = ({ totalCents }: OrderRecord): OrderAction =>
  totalCents > 0 ? 'request-payment' : 'confirm-payment';
