import type { Transaction } from '#platform/database/database.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { paymentEvent } from '../domain/payment-events.ts';
import { paymentOutbox } from './outbox.ts';

/** Tells what these payments are now, in the transaction that made them so. */
export async function announce(transaction: Transaction, payments: readonly PaymentRecord[]): Promise<void> {
  const occurredAt = new Date().toISOString();
  await paymentOutbox.insert(
    transaction,
    payments.map((payment) => paymentEvent(payment, occurredAt)),
  );
}
