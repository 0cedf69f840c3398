import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type LifecycleState, nextState } from '#contracts/order-lifecycle.ts';
import { type KitchenOrder, nextStep } from './kitchen-plan.ts';

const waiting = (): KitchenOrder => ({
  orderId: randomUUID(),
  status: 'awaiting-payment',
  paid: false,
  paymentMethod: 'counter',
});

/** What the kitchen does to an order until it does nothing more. */
function serve(order: KitchenOrder, seed = 1): { actions: string[]; end: LifecycleState } {
  const actions: string[] = [];
  let at = order;
  for (let step = nextStep(at, seed, 1); step; step = nextStep(at, seed, 1)) {
    const next = nextState(at, step.action);
    if (!next) throw new Error(`the kitchen wants to ${step.action} what is ${at.status}`);
    actions.push(step.action);
    at = next;
  }
  return { actions, end: at };
}

test('serves nearly all orders, leaves some unpaid, rejects some and gives the money back', () => {
  const ends = Array.from({ length: 2_000 }, () => serve(waiting()).end.status);
  const count = (status: string): number => ends.filter((end) => end === status).length;
  expect(count('completed')).toBeGreaterThan(1_850);
  expect(count('awaiting-payment')).toBeGreaterThan(5);
  expect(count('refunded')).toBeGreaterThan(5);
  expect(new Set(ends)).toEqual(new Set(['completed', 'awaiting-payment', 'refunded']));
});

test('decides the same for an order however often it is asked', () => {
  const order = waiting();
  expect(nextStep(order, 7, 1)).toEqual(nextStep(order, 7, 1));
  expect(nextStep(order, 7, 2)?.afterMs).toBeCloseTo((nextStep(order, 7, 1)?.afterMs ?? 0) * 2);
});

test('leaves what is paid on a chain to the chain', () => {
  expect(nextStep({ ...waiting(), paymentMethod: 'crypto' }, 1, 1)).toBeUndefined();
});

test('gives back what was paid by whoever cancelled', () => {
  expect(nextStep({ ...waiting(), status: 'cancelled', paid: true }, 1, 1)?.action).toBe('refund');
  expect(nextStep({ ...waiting(), status: 'cancelled' }, 1, 1)).toBeUndefined();
});
