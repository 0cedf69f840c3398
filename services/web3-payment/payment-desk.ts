import type { Address, Hex } from 'viem';
import type { CreatePaymentRequest, Payment } from '#contracts/http/payments.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { hasRole, type Identity } from '#platform/identity/identity.ts';
import { sightingsOf } from './chain/sightings.ts';
import { announce } from './database/announce.ts';
import { readCursor } from './database/cursors.ts';
import { findOrder, type PayableOrder } from './database/orders.ts';
import {
  findPayment,
  lockPayment,
  paymentsByIds,
  paymentsOfOrder,
  putOffers,
  updatePayments,
} from './database/payments.ts';
import type { PaymentRecord } from './domain/payment.ts';
import type { Choice, Invoicing } from './invoicing.ts';
import { paymentView } from './payment-view.ts';

export interface DeskParts {
  readonly database: Database;
  readonly invoicing: Invoicing;
}

const nobodysPayment = (): AppError => new AppError('not-found', 'There is no payment with this id.');
const nobodysOrder = (): AppError =>
  new AppError(
    'not-found',
    'There is no order with this id that is paid on a chain; one that was just accepted takes a moment.',
  );

/** Customers see what they have ordered; who serves them sees everything. */
const maySee = (identity: Identity, { customerId }: { readonly customerId: string }): boolean =>
  hasRole(identity, 'barista', 'operator') || identity.subject === customerId;

/** What customers and operators do about payments. What becomes of money is told by the chain alone. */
export class PaymentDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /**
   * Offers a payment of an order. The same choice again is the same payment; another token or payer of an open one replaces
   * the invoice, since the contract takes one of both; another chain is another payment, of which the first to settle counts.
   *
   * @throws AppError `not-found`, `order-not-payable`, `validation-failed`, `price-not-usable`
   */
  async create({ orderId, ...request }: CreatePaymentRequest, identity: Identity): Promise<Payment> {
    const { database, invoicing } = this.#parts;
    const order = await this.#order(orderId.toLowerCase(), identity);
    const choice: Choice = { ...request, payer: request.payer as Address | undefined };
    const chain = invoicing.chain(choice.chain).definition.name;
    const known = (await paymentsOfOrder(database, order.orderId)).find((one) => one.chain === chain);
    if (known && isAskedFor(known, choice)) return await this.#view(known);
    if (order.status !== 'awaiting-payment' || order.paymentDueAt.getTime() <= Date.now())
      throw new AppError('order-not-payable', `The order is ${order.status}: there is nothing to pay.`);
    const offer = await invoicing.offer(order, choice);
    const written = await database.transaction(async (transaction) => {
      const payments = await paymentsByIds(transaction, await putOffers(transaction, [offer]));
      await announce(transaction, payments);
      return payments[0] ?? (await findPayment(transaction, offer.paymentId));
    });
    if (!written) throw nobodysPayment();
    if (!isAskedFor(written, choice))
      throw new AppError('payment-not-open', `The payment is ${written.status}: it can't be changed.`);
    return await this.#view(written);
  }

  async find(id: string, identity: Identity): Promise<Payment> {
    return await this.#view(await this.#payment(id, identity));
  }

  async list(orderId: string, identity: Identity): Promise<Payment[]> {
    const order = await this.#order(orderId, identity);
    const payments = await paymentsOfOrder(this.#parts.database, order.orderId);
    return await Promise.all(payments.map((payment) => this.#view(payment)));
  }

  /**
   * Looks at the transaction that a customer says has paid. Nothing is believed and nothing changes: what the chain says is
   * followed anyway, this only tells at once whether it is the right one.
   *
   * @throws AppError `not-found`, `transaction-mismatch`
   */
  async confirm(id: string, hash: Hex, identity: Identity): Promise<Payment> {
    const payment = await this.#payment(id, identity);
    const { client, definition } = this.#parts.invoicing.chain(payment.chain);
    const sightings = await sightingsOf(client, definition.contract, hash);
    if (!sightings)
      throw new AppError('transaction-mismatch', 'No block has this transaction yet, or it was refused.');
    if (!sightings.some(({ kind, orderId }) => kind === 'paid' && orderId === payment.orderId))
      throw new AppError('transaction-mismatch', 'This transaction does not pay this order.');
    return await this.find(id, identity);
  }

  /**
   * Takes an offer back. What is paid with its invoice all the same is given back.
   *
   * @throws AppError `not-found`, `payment-not-open`
   */
  async cancel(id: string, identity: Identity): Promise<Payment> {
    await this.#payment(id, identity);
    const cancelled = await this.#parts.database.transaction(async (transaction) => {
      const payment = await lockPayment(transaction, id);
      if (payment?.status === 'cancelled') return payment;
      if (payment?.status !== 'open')
        throw new AppError('payment-not-open', `The payment is ${payment?.status}: it can't be cancelled.`);
      const [changed] = await updatePayments(
        transaction,
        `update payments.payments p
            set status = 'cancelled', cancelled = true, version = p.version + 1, updated_at = now()
          where payment_id = ? returning payment_id`,
        [id],
      );
      if (changed) await announce(transaction, [changed]);
      return changed;
    });
    if (!cancelled) throw nobodysPayment();
    return await this.#view(cancelled);
  }

  /**
   * Has a payment given back that is due back, again when its payer did not take it. When it is due is for the order book to say.
   *
   * @throws AppError `not-found`, `payment-not-open`
   */
  async refund(id: string, identity: Identity): Promise<Payment> {
    const payment = await this.#payment(id, identity);
    if (['refunding', 'refunded'].includes(payment.status)) return await this.#view(payment);
    const order = await findOrder(this.#parts.database, payment.orderId);
    const due = payment.surplus || order?.refundDue === true;
    if (payment.status !== 'settled' || !due)
      throw new AppError(
        'payment-not-open',
        'There is nothing to give back: reject or cancel the order first.',
      );
    await this.#parts.database.raw(
      `update payments.payments
          set refund_due = true, refund_failed = false, refund_transaction_id = null, updated_at = now()
        where payment_id = ? and status = 'settled' and (refund_failed or not refund_due)`,
      [id],
    );
    return await this.find(id, identity);
  }

  /** Has the demo wallet pay it. @throws AppError `not-found`, `payment-not-open` */
  async payFromDemoWallet(id: string, identity: Identity): Promise<Payment> {
    const payment = await this.#payment(id, identity);
    if (payment.status === 'open') {
      await this.#parts.database.raw(
        `update payments.payments set demo_requested_at = coalesce(demo_requested_at, now())
          where payment_id = ? and status = 'open'`,
        [id],
      );
    } else if (!['pending', 'settled'].includes(payment.status)) {
      throw new AppError('payment-not-open', `The payment is ${payment.status}: it can't be paid.`);
    }
    return await this.find(id, identity);
  }

  async #payment(id: string, identity: Identity): Promise<PaymentRecord> {
    const payment = await findPayment(this.#parts.database, id);
    if (!payment || !maySee(identity, payment)) throw nobodysPayment();
    return payment;
  }

  async #order(id: string, identity: Identity): Promise<PayableOrder> {
    const order = await findOrder(this.#parts.database, id);
    if (!order || !maySee(identity, order)) throw nobodysOrder();
    return order;
  }

  async #view(payment: PaymentRecord): Promise<Payment> {
    const cursor = await readCursor(this.#parts.database, payment.chain);
    return paymentView(payment, this.#parts.invoicing.chain(payment.chain).definition, cursor?.number ?? 0);
  }
}

/** Whether a payment is what was chosen; what was not chosen is as it is. */
const isAskedFor = (payment: PaymentRecord, { token, payer }: Choice): boolean =>
  (token === undefined || token === payment.token) &&
  (payer === undefined || payer.toLowerCase() === payment.payer.toLowerCase());
