import { z } from 'zod';

/** Where an order is in its life. */
export const orderStatuses = [
  'accepted',
  'awaiting-payment',
  'paid',
  'preparing',
  'ready',
  'completed',
  'cancelled',
  'expired',
  'rejected',
  'refunded',
] as const;
export const orderStatus = z.enum(orderStatuses);
export type OrderStatus = z.infer<typeof orderStatus>;

/** `crypto` is settled on a chain, `counter` when a barista confirms it. */
export const paymentMethod = z.enum(['counter', 'crypto']);
export type PaymentMethod = z.infer<typeof paymentMethod>;

/** What moves an order on. */
export const orderActions = [
  'request-payment',
  'confirm-payment',
  'prepare',
  'mark-ready',
  'complete',
  'cancel',
  'expire',
  'reject',
  'refund',
] as const;
export const orderAction = z.enum(orderActions);
export type OrderAction = z.infer<typeof orderAction>;

/** As much of an order as decides what may happen to it. */
export interface LifecycleState {
  readonly status: OrderStatus;
  /** Whether its payment was taken and not given back. */
  readonly paid: boolean;
}

interface Transition {
  readonly from: readonly OrderStatus[];
  /** `same`: only the payment changes. */
  readonly to: OrderStatus | 'same';
  /** Whether it is for paid or for unpaid orders only. */
  readonly when?: 'paid' | 'unpaid';
  /** What it makes of `paid`; unchanged unless told. */
  readonly paid?: boolean;
}

/** How an order ends that was not served: a payment that was taken for it is due back. */
export const unserved = ['cancelled', 'expired', 'rejected'] as const satisfies readonly OrderStatus[];

/**
 * All transitions that there are; whatever is not here is refused. `accepted` is among the sources of payment and
 * cancellation because version 0.1 left orders there.
 */
export const transitions: Readonly<Record<OrderAction, readonly Transition[]>> = {
  'request-payment': [{ from: ['accepted'], to: 'awaiting-payment' }],
  'confirm-payment': [
    { from: ['accepted', 'awaiting-payment'], to: 'paid', paid: true },
    // The money came too late: it is due back.
    { from: unserved, to: 'same', when: 'unpaid', paid: true },
  ],
  prepare: [{ from: ['paid'], to: 'preparing' }],
  'mark-ready': [{ from: ['preparing'], to: 'ready' }],
  complete: [{ from: ['ready'], to: 'completed' }],
  cancel: [{ from: ['accepted', 'awaiting-payment', 'paid'], to: 'cancelled' }],
  expire: [{ from: ['accepted', 'awaiting-payment'], to: 'expired' }],
  reject: [{ from: ['accepted', 'awaiting-payment', 'paid', 'preparing', 'ready'], to: 'rejected' }],
  refund: [{ from: unserved, to: 'refunded', when: 'paid', paid: false }],
};

/** The state after the action; undefined when it is not allowed. */
export function nextState<S extends LifecycleState>(state: S, action: OrderAction): S | undefined {
  const found = transitions[action].find(
    ({ from, when }) =>
      from.includes(state.status) && (when === undefined || (when === 'paid') === state.paid),
  );
  if (!found) return undefined;
  const status = found.to === 'same' ? state.status : found.to;
  return { ...state, status, paid: found.paid ?? state.paid };
}

/** Whether the payment of an order that will not be served is still to be given back. */
export const isRefundDue = ({ status, paid }: LifecycleState): boolean =>
  paid && (unserved as readonly OrderStatus[]).includes(status);

const final: ReadonlySet<OrderStatus> = new Set(['completed', 'refunded', ...unserved]);

/** Whether nobody has to do anything about the order any more. */
export const isSettled = (state: LifecycleState): boolean => final.has(state.status) && !isRefundDue(state);

const nameOf = ({ status, paid }: LifecycleState): string => `${status} ${paid}`;

/** Every state that an order can get to from here by these actions, this one included. */
function reachable(state: LifecycleState, actions: readonly OrderAction[] = orderActions): Set<string> {
  const found = new Map([[nameOf(state), state]]);
  // A Map iterates over what is added meanwhile.
  for (const at of found.values()) {
    for (const action of actions) {
      const next = nextState(at, action);
      if (next) found.set(nameOf(next), { status: next.status, paid: next.paid });
    }
  }
  return new Set(found.keys());
}

const allStates: readonly LifecycleState[] = orderStatuses.flatMap((status) =>
  [false, true].map((paid) => ({ status, paid })),
);

/** Whether the action may still become allowed, now or after other actions: what it can't is refused at once. */
export function mayStillFollow(state: LifecycleState, action: OrderAction): boolean {
  const ahead = reachable(state);
  return allStates.some((later) => ahead.has(nameOf(later)) && nextState(later, action) !== undefined);
}

/** Whether the action has surely happened to the order: it could not be where it is without it. */
export function hasFollowed(state: LifecycleState, action: OrderAction): boolean {
  const others = orderActions.filter((other) => other !== action);
  return !reachable({ status: 'accepted', paid: false }, others).has(nameOf(state));
}

/** Whether the action may have happened to the order: where it leads to, the order can have come from. */
export const mayHaveFollowed = (state: LifecycleState, action: OrderAction): boolean =>
  allStates.some((before) => {
    const next = nextState(before, action);
    return next !== undefined && reachable(next).has(nameOf(state));
  });
