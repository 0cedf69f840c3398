import type { LifecycleState, OrderAction, PaymentMethod } from '#contracts/order-lifecycle.ts';
import type { PaymentStatus } from '#contracts/payment.ts';

/**
 * What reconciliation compares, as plain data. Times are milliseconds since the epoch. A cart is what was ordered as
 * comparable text, without prices; `priced` has the prices as well.
 */
export interface Cart {
  readonly cart: string;
  readonly priced: string;
  readonly totalCents: number;
}

/** A 202 that a client got. */
export interface Receipt extends Cart {
  readonly orderId: string;
  readonly customerId: string;
  readonly key: string;
}

/** A 202 that a client got for a command about an order: a cancellation, or what a barista did. */
export interface CommandReceipt {
  readonly orderId: string;
  readonly commandId: string;
  readonly action: string;
}

/** Where a record is in Kafka. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** A `place` command in orders.v1. */
export interface Command extends Cart, Place {
  readonly orderId: string;
  readonly eventId: string;
  readonly fingerprint: string;
  readonly writtenAt: number;
}

/** A command in orders.v1 that moves an order on. */
export interface Act extends Place {
  readonly orderId: string;
  readonly eventId: string;
  readonly action: OrderAction;
  readonly writtenAt: number;
}

/** An event in order-events.v1 that an order is in another state, its acceptance included. */
export interface StateEvent extends Place, LifecycleState {
  readonly orderId: string;
  readonly eventId: string;
  readonly orderVersion: number;
  /** The command that caused it; version 0.1 did not say. */
  readonly commandId: string | undefined;
}

/** An event in order-events.v1 that a command was refused. */
export interface RefusalEvent {
  readonly orderId: string;
  readonly eventId: string;
  readonly commandId: string;
}

/** An `accepted` event in order-events.v1. */
export interface AcceptedEvent extends Cart, Place {
  readonly orderId: string;
  readonly eventId: string;
  readonly orderVersion: number;
  /** When its transaction took the order in: a redelivery repeats it, a second effect can't. */
  readonly acceptedAt: string;
}

/** A message in orders.v1.dlq. */
export interface DeadLetter extends Place {
  /** The key of the message: the order, when it was one of ours. */
  readonly orderId: string | undefined;
  /** `ce_id` of the message, when it has one. */
  readonly eventId: string | undefined;
  readonly code: string;
}

/** A row of orders.orders. */
export interface OrderRow extends Cart, LifecycleState {
  readonly orderId: string;
  readonly version: number;
  /** When its payment is due; nothing for what version 0.1 wrote. */
  readonly paymentDueAt: number | undefined;
  readonly paymentMethod: PaymentMethod;
  readonly fingerprint: string;
  readonly updatedAt: number;
}

/** A row of orders.order_conflicts. */
export interface ConflictRow {
  readonly orderId: string;
  readonly fingerprint: string;
  readonly cart: string;
}

/** A row of orders.outbox that is not published yet. */
export interface OutboxRow {
  readonly id: number;
  readonly orderId: string;
  readonly eventId: string;
  readonly type: string;
  /** The command that caused the event; nothing for a row that is a command itself. */
  readonly commandId: string | undefined;
  /** The version of the order that the event tells of. */
  readonly orderVersion: number | undefined;
  readonly createdAt: number;
}

/** A row of payments.payments. */
export interface PaymentRow {
  readonly paymentId: string;
  readonly orderId: string;
  readonly chain: string;
  readonly status: PaymentStatus;
  readonly surplus: boolean;
  readonly settledAt: number | undefined;
  readonly refundedAt: number | undefined;
  readonly updatedAt: number;
}

/** What a chain itself says of an order. */
export interface ChainPayment {
  readonly orderId: string;
  readonly chain: string;
  readonly state: 'unpaid' | 'paid' | 'refunded';
}

/** Rows and events are from after the commands, events from after the rows: what is late is never taken for lost. */
export interface Evidence {
  readonly receipts: readonly Receipt[];
  readonly commandReceipts: readonly CommandReceipt[];
  readonly commands: readonly Command[];
  readonly acts: readonly Act[];
  readonly accepted: readonly AcceptedEvent[];
  readonly states: readonly StateEvent[];
  readonly refusals: readonly RefusalEvent[];
  readonly deadLetters: readonly DeadLetter[];
  readonly orders: readonly OrderRow[];
  readonly conflicts: readonly ConflictRow[];
  readonly outbox: readonly OutboxRow[];
  /** Orders whose ingredients the stock ledger of the agents has taken; undefined where there are no agents. */
  readonly consumed: ReadonlySet<string> | undefined;
  readonly payments: readonly PaymentRow[];
  readonly chainPayments: readonly ChainPayment[];
  /** When the rows were read, on PostgreSQL's clock. */
  readonly now: number;
}

export type Category =
  | 'lost'
  | 'duplicated'
  | 'stuck'
  | 'served unpaid'
  | 'paid twice'
  | 'paid and not served';

export interface Finding {
  readonly category: Category;
  /** The rule that found it, in words that say what is wrong. */
  readonly rule: string;
  readonly orderId: string;
  /** What to look at. */
  readonly look: string;
}
