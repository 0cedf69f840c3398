import type { OrderStatus } from '#contracts/order-lifecycle.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Reader } from './payments.ts';

/** An order as its payment needs it. */
export interface PayableOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly currency: string;
  readonly totalCents: number;
  readonly status: OrderStatus;
  readonly orderVersion: number;
  readonly refundDue: boolean;
  readonly paymentDueAt: Date;
}

export interface OrderChange extends PayableOrder {
  readonly trace: Readonly<Record<string, string>>;
}

const columns = `order_id as "orderId", customer_id as "customerId", currency, total_cents as "totalCents", status,
  order_version as "orderVersion", refund_due as "refundDue", payment_due_at as "paymentDueAt"`;

/** Writes what is newer than what is known. @returns the orders that changed, as they are now. */
export async function putOrders(
  transaction: Transaction,
  changes: readonly OrderChange[],
): Promise<PayableOrder[]> {
  if (changes.length === 0) return [];
  const records = changes.map((order) => ({
    order_id: order.orderId,
    customer_id: order.customerId,
    currency: order.currency,
    total_cents: order.totalCents,
    status: order.status,
    order_version: order.orderVersion,
    refund_due: order.refundDue,
    payment_due_at: order.paymentDueAt,
    trace: order.trace,
  }));
  const { rows } = await transaction.raw<{ rows: PayableOrder[] }>(
    `insert into payments.orders as o
       (order_id, customer_id, currency, total_cents, status, order_version, refund_due, payment_due_at, trace)
     select order_id, customer_id, currency, total_cents, status, order_version, refund_due, payment_due_at, trace
       from jsonb_to_recordset(?::jsonb) as record
         (order_id uuid, customer_id text, currency text, total_cents integer, status text, order_version integer,
          refund_due boolean, payment_due_at timestamptz, trace jsonb)
     on conflict (order_id) do update
       set status = excluded.status, order_version = excluded.order_version, refund_due = excluded.refund_due,
           updated_at = now()
     where o.order_version < excluded.order_version
     returning ${columns}`,
    [JSON.stringify(records)],
  );
  return rows;
}

export async function findOrder(reader: Reader, orderId: string): Promise<PayableOrder | undefined> {
  const { rows } = await reader.raw<{ rows: PayableOrder[] }>(
    `select ${columns} from payments.orders where order_id = ?`,
    [orderId],
  );
  return rows[0];
}
