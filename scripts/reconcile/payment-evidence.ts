import type { PaymentStatus } from '#contracts/payment.ts';
import type { Database } from '#platform/database/database.ts';
import type { PaymentRow } from './evidence.ts';

interface StoredPayment {
  readonly payment_id: string;
  readonly order_id: string;
  readonly chain: string;
  readonly status: PaymentStatus;
  readonly surplus: boolean;
  readonly settled_at: Date | null;
  readonly refunded_at: Date | null;
  readonly updated_at: Date;
}

/** What web3-payment says of payments; nothing where there is no such service, as in version 0.1. */
export async function readPayments(database: Database): Promise<PaymentRow[]> {
  const { rows: tables } = await database.raw<{ rows: { there: string | null }[] }>(
    "select to_regclass('payments.payments')::text as there",
  );
  if (tables[0]?.there === null) return [];
  const { rows } = await database.raw<{ rows: StoredPayment[] }>(
    `select payment_id, order_id, chain, status, surplus, settled_at, refunded_at, updated_at from payments.payments`,
  );
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderId: row.order_id,
    chain: row.chain,
    status: row.status,
    surplus: row.surplus,
    settledAt: row.settled_at?.getTime(),
    refundedAt: row.refunded_at?.getTime(),
    updatedAt: row.updated_at.getTime(),
  }));
}
