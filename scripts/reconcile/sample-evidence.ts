import { orderAcceptedType } from '#contracts/events/order-events.ts';
import type { OrderAction, OrderStatus } from '#contracts/order-lifecycle.ts';
import { compare } from './compare.ts';
import type { Act, Cart, Command, Evidence, Receipt, StateEvent } from './evidence.ts';

export const now = Date.parse('2026-01-01T12:00:00Z');
export const old = now - 61_000;
export const recent = now - 59_000;

export const latte: Cart = { cart: '1× latte', priced: '1× latte at 400/400', totalCents: 400 };
export const twoLattes: Cart = { cart: '2× latte', priced: '2× latte at 400/800', totalCents: 800 };

export type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Mutable<E>[] : T[K];
};

/** An order that went all the way: receipt, command, row and event agree. Each test breaks one thing of it. */
export function goodOrder(orderId = 'order-1', offset = 5): Mutable<Evidence> {
  return {
    receipts: [receipt(orderId)],
    commands: [commandAt(orderId, offset)],
    orders: [
      {
        ...{ orderId, status: 'completed', version: 6, paid: true, fingerprint: 'print', updatedAt: old },
        ...{ paymentDueAt: now, paymentMethod: 'counter', ...latte },
      },
    ],
    commandReceipts: [],
    acts: [],
    states: served.map((status, index) => stateEvent(orderId, status, index + 1, offset)),
    refusals: [],
    accepted: [
      {
        orderId,
        eventId: `event-${orderId}`,
        orderVersion: 1,
        acceptedAt: '2026-11-23T08:00:01.000Z',
        partition: 0,
        offset,
        ...latte,
      },
    ],
    deadLetters: [],
    conflicts: [],
    outbox: [],
    consumed: new Set([orderId]),
    payments: [],
    chainPayments: [],
    now,
  };
}

const served: readonly OrderStatus[] = [
  'accepted',
  'awaiting-payment',
  'paid',
  'preparing',
  'ready',
  'completed',
];

/** The event of a version of an order that is served. */
export const stateEvent = (
  orderId: string,
  status: OrderStatus,
  orderVersion: number,
  offset = 0,
): Mutable<StateEvent> => ({
  ...{ orderId, orderVersion, status, paid: orderVersion > 2, partition: 0, offset: offset + orderVersion },
  ...{ eventId: `event-${orderId}-${orderVersion}`, commandId: `command-${orderId}-${orderVersion}` },
});

export const act = (action: OrderAction, orderVersion: number, changes: Partial<Act> = {}): Act => ({
  ...{ orderId: 'order-1', eventId: `command-order-1-${orderVersion}`, action, writtenAt: old },
  ...{ partition: 0, offset: 5 + orderVersion, ...changes },
});

/** Puts another order's evidence to the rest. */
export function add(evidence: Mutable<Evidence>, other: Mutable<Evidence>): void {
  evidence.commands.push(...other.commands);
  evidence.orders.push(...other.orders);
  evidence.accepted.push(...other.accepted);
  evidence.states.push(...other.states);
  evidence.consumed = new Set([...(evidence.consumed ?? []), ...(other.consumed ?? [])]);
}

export const receipt = (orderId: string, cart = latte): Receipt => ({
  orderId,
  customerId: 'customer',
  key: `key-${orderId}`,
  ...cart,
});

export const commandAt = (orderId: string, offset: number, changes: Partial<Command> = {}): Command => ({
  orderId,
  eventId: `command-${orderId}`,
  fingerprint: 'print',
  partition: 0,
  offset,
  writtenAt: old,
  ...latte,
  ...changes,
});

/** Another request under the order's key, accepted as well. */
export const otherCommand = (changes: Partial<Command> = {}): Command =>
  commandAt('order-1', 6, { eventId: 'command-other', fingerprint: 'other', ...twoLattes, ...changes });

export const acceptedRow = (createdAt: number, eventId = 'event-order-1') => ({
  id: 1,
  orderId: 'order-1',
  eventId,
  type: orderAcceptedType,
  commandId: 'command-order-1-1',
  orderVersion: 1,
  createdAt,
});

/** A later order of the same partition with its effect: the consumer is past everything before it. */
export function passedBy(evidence: Mutable<Evidence>): void {
  add(evidence, goodOrder('order-2', 9));
}

/** Breaks one thing of a good order. */
export type Break = (evidence: Mutable<Evidence>) => void;

/** What the comparison says of a good order after the change. */
export const judged = (change: Break) => {
  const evidence = goodOrder();
  change(evidence);
  const { findings, moving } = compare(evidence);
  return { found: findings.map(({ category, rule }) => `${category}: ${rule}`), moving, findings };
};
