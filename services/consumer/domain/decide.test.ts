import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actor } from '#contracts/events/order-commands.ts';
import { type OrderAction, orderActions } from '#contracts/order-lifecycle.ts';
import { placeOrder } from '../tests/commands.ts';
import { afterAcceptance, decide } from './decide.ts';
import { type OrderRecord, openedBy } from './order.ts';

const opened = openedBy(placeOrder());
const asked = (order: OrderRecord, action: OrderAction, by: (typeof actor.options)[number] = 'barista') =>
  decide(order, { action, actor: by });

it('moves an order to its next version', () => {
  expect(asked(opened, 'request-payment', 'system').moved).toEqual({
    ...opened,
    status: 'awaiting-payment',
    version: 2,
  });
});

describe('refuses, and says why', () => {
  const waiting: OrderRecord = { ...opened, status: 'awaiting-payment', version: 2 };
  it.each([
    ['what is not there', undefined, 'cancel', 'barista', 'unknown-order'],
    ['what is too early', waiting, 'complete', 'barista', 'not-allowed'],
    [
      'what has happened',
      { ...waiting, status: 'ready', paid: true } as const,
      'prepare',
      'barista',
      'already-done',
    ],
    [
      'a barista who confirms crypto',
      { ...waiting, paymentMethod: 'crypto' } as const,
      'confirm-payment',
      'barista',
      'wrong-payment-method',
    ],
    [
      'a barista who gives back crypto',
      { ...waiting, paymentMethod: 'crypto', status: 'cancelled', paid: true } as const,
      'refund',
      'barista',
      'wrong-payment-method',
    ],
    ['a customer who confirms cash', waiting, 'confirm-payment', 'customer', 'wrong-payment-method'],
    ['the chain that confirms cash', waiting, 'confirm-payment', 'payments', 'wrong-payment-method'],
    [
      'a customer who confirms crypto',
      { ...waiting, paymentMethod: 'crypto' } as const,
      'confirm-payment',
      'customer',
      'wrong-payment-method',
    ],
  ] as const)('%s', (_what, order, action, by, code) => {
    expect(decide(order, { action, actor: by })).toEqual({ refused: code });
  });
});

it('asks for payment where there is something to pay', () => {
  expect(afterAcceptance(opened)).toBe('request-payment');
  expect(afterAcceptance({ ...opened, totalCents: 0 })).toBe('confirm-payment');
});

// However often, late or out of order messages come: versions have no gap, and what was decided stays decided.
it('counts versions without a gap, and only what changes something', () => {
  const anyCommand = fc.record({
    action: fc.constantFrom(...orderActions),
    actor: fc.constantFrom(...actor.options),
  });
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
      let order = opened;
      for (const command of commands) {
        const { moved } = decide(order, command);
        if (!moved) continue;
        expect(moved.version).toBe(order.version + 1);
        expect([moved.status, moved.paid]).not.toEqual([order.status, order.paid]);
        order = moved;
      }
    }),
  );
});
