import { expect, test } from 'vitest';
import { PayingCustomers } from './paying-customers.ts';

const soonMs = 5_000;
const { signal } = new AbortController();

/** A chain that has an order paid at the second look after it was asked for; those that are refused never. */
function chain({ refused = [] as readonly string[] } = {}) {
  const looks = new Map<string, number>();
  const served: string[] = [];
  const customers = new PayingCustomers({
    async pay(orderId) {
      if (refused.includes(orderId)) throw new Error(`${orderId} has no payment`);
      looks.set(orderId, 0);
    },
    async paidOf(orderIds) {
      for (const orderId of orderIds) {
        const seen = looks.get(orderId);
        if (seen !== undefined) looks.set(orderId, seen + 1);
      }
      // Also one that nobody asked about any more.
      return ['another', ...orderIds.filter((orderId) => (looks.get(orderId) ?? 0) >= 2)];
    },
    onPaid: (orderIds) => served.push(...orderIds),
  });
  return { customers, served };
}

test('an order is served when it is paid, once, and not before', async () => {
  const { customers, served } = chain();
  customers.pay(['one', 'two']);
  await customers.look();
  expect(served).toEqual([]);
  customers.pay(['three']);
  await customers.look();
  expect(served).toEqual(['one', 'two']);
  await customers.finish(soonMs, 1, signal);
  expect(served).toEqual(['one', 'two', 'three']);
  expect([...customers.asked]).toEqual(['one', 'two', 'three']);
  expect(customers.firstFailure).toBeUndefined();
});

test('one that is never paid is waited for in bounded time, and why it is not is told', async () => {
  const { customers, served } = chain({ refused: ['two', 'three'] });
  customers.pay(['one', 'two', 'three']);
  await customers.finish(20, 1, signal);
  expect(served).toEqual(['one']);
  expect(customers.asked.size).toBe(3);
  expect(customers.firstFailure).toBe('two has no payment');
});

test('a run that is ended waits for nothing', async () => {
  const { customers, served } = chain({ refused: ['one'] });
  customers.pay(['one']);
  await customers.finish(3_600_000, 1, AbortSignal.abort());
  expect(served).toEqual([]);
});
