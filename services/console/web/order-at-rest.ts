import type { Order } from '#contracts/http/orders.ts';

/** Not asked of contracts/order-lifecycle.ts, whose schemas would be in the page: a test compares them. */
const final: readonly Order['status'][] = ['completed', 'refunded', 'cancelled', 'expired', 'rejected'];
/** Its last events may wait in an outbox, and its trace for the collector. */
const settlesWithinMs = 60_000;

type Resting = Pick<Order, 'status' | 'refundDue' | 'updatedAt'>;

/** Whether nobody has to do anything about the order any more. */
export const isSettled = ({ status, refundDue }: Pick<Order, 'status' | 'refundDue'>): boolean =>
  final.includes(status) && !refundDue;

/** Whether nothing more is to come of the order: what was read of it stays as it is. */
export const isAtRest = (order: Resting, nowMs: number): boolean =>
  isSettled(order) && nowMs - Date.parse(order.updatedAt) > settlesWithinMs;

/** Between which times Kafka has messages about the order; without an end while more may come. */
export const timesOf = (
  order: Resting & Pick<Order, 'createdAt'>,
  nowMs: number,
): { since: string; until?: string } => ({
  since: order.createdAt,
  ...(isAtRest(order, nowMs) ? { until: order.updatedAt } : {}),
});
