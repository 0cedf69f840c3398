import { expect, it } from 'vitest';
import * as lifecycle from '#contracts/order-lifecycle.ts';
import { isAtRest, isSettled, timesOf } from './order-at-rest.ts';

const updatedAt = '2026-03-01T10:05:00Z';
const createdAt = '2026-03-01T10:00:00Z';
const after = (seconds: number): number => Date.parse(updatedAt) + seconds * 1_000;
const order = (status: lifecycle.OrderStatus, refundDue = false) => ({
  ...{ status, refundDue, createdAt, updatedAt },
});

it.each(lifecycle.orderStatuses)(
  'knows of %s whether an order is settled, as the life cycle does',
  (status) => {
    for (const paid of [false, true]) {
      const refundDue = lifecycle.isRefundDue({ status, paid });
      expect(isSettled({ status, refundDue })).toBe(lifecycle.isSettled({ status, paid }));
    }
  },
);

// Guard: a page that stays open must not read Kafka again and again for an order that has ended.
it('has an order at rest a while after its last change', () => {
  expect(isAtRest(order('completed'), after(61))).toBe(true);
  // Its last event may not even be published.
  expect(isAtRest(order('completed'), after(5))).toBe(false);
  expect(isAtRest(order('preparing'), after(3_600))).toBe(false);
  expect(isAtRest(order('cancelled', true), after(3_600))).toBe(false);
});

it('looks no further than an order at rest has changed', () => {
  expect(timesOf(order('completed'), after(61))).toEqual({ since: createdAt, until: updatedAt });
  expect(timesOf(order('ready'), after(61))).toEqual({ since: createdAt });
});
