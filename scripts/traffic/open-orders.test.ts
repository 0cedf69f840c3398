import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Order } from '#contracts/http/orders.ts';
import type { ApiRequest } from '../stack/api-client.ts';
import type { KitchenOrder } from './kitchen-plan.ts';
import { openOrders } from './open-orders.ts';

const order = (status: Order['status'], refundDue = false): Order => ({
  id: randomUUID(),
  customerId: 'customer-1',
  status,
  version: 3,
  paymentMethod: 'counter',
  paymentDueAt: null,
  refundDue,
  currency: 'USD',
  items: [],
  totalCents: 0,
  createdAt: '2026-03-01T08:00:00.000Z',
  updatedAt: '2026-03-01T08:00:00.000Z',
});

/** The lists of an API, two orders a page. */
function clientOf(orders: readonly Order[]) {
  return {
    send: async ({ path }: ApiRequest) => {
      const query = new URLSearchParams(path.split('?')[1]);
      const listed = orders.filter(
        ({ status, refundDue }) =>
          (query.get('status') ?? status) === status && (query.get('refundDue') !== 'true' || refundDue),
      );
      const from = Number(query.get('cursor') ?? 0);
      const nextCursor = listed.length > from + 2 ? String(from + 2) : null;
      return {
        status: 200,
        retryAfterMs: undefined,
        body: { orders: listed.slice(from, from + 2), nextCursor },
      };
    },
  };
}

test('finds all that waits for somebody, over every page, and nothing else', async () => {
  const open = [
    ...Array.from({ length: 5 }, () => order('awaiting-payment')),
    ...(['accepted', 'paid', 'preparing', 'ready'] as const).map((status) => order(status)),
  ];
  const due = (['cancelled', 'expired', 'rejected'] as const).map((status) => order(status, true));
  const done = (['completed', 'cancelled', 'expired', 'rejected', 'refunded'] as const).map((s) => order(s));
  const found: KitchenOrder[] = [];
  for await (const order of openOrders(clientOf([...done, ...open, ...due]))) found.push(order);
  expect(found.map(({ orderId }) => orderId).sort()).toEqual([...open, ...due].map(({ id }) => id).sort());
  expect(found.find(({ status }) => status === 'rejected')).toMatchObject({ paid: true, orderVersion: 3 });
  expect(found.filter(({ paid }) => paid).map(({ status }) => status)).toEqual(
    expect.arrayContaining(['paid', 'preparing', 'ready', 'cancelled', 'expired']),
  );
  expect(found.filter(({ paid }) => !paid).map(({ status }) => status)).toEqual([
    'accepted',
    ...Array(5).fill('awaiting-payment'),
  ]);
});
