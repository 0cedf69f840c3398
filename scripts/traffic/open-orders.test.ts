import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Order } from '#contracts/http/orders.ts';
import { type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import type { KitchenOrder } from './kitchen-plan.ts';
import { openOrders } from './open-orders.ts';

const order = (status: Order['status'], refundDue = false): Order => ({
  id: randomUUID(),
  customerId: 'customer-1',
  status,
  version: 3,
  paymentMethod: 'counter',
  shopId: 'main',
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

const { signal } = new AbortController();
const authorize = async () => ({ authorization: 'Bearer of-a-barista' });

test('finds all that waits for somebody, over every page, and nothing else', async () => {
  const open = [
    ...Array.from({ length: 5 }, () => order('awaiting-payment')),
    ...(['accepted', 'paid', 'preparing', 'ready'] as const).map((status) => order(status)),
  ];
  const due = (['cancelled', 'expired', 'rejected'] as const).map((status) => order(status, true));
  const done = (['completed', 'cancelled', 'expired', 'rejected', 'refunded'] as const).map((s) => order(s));
  const found: KitchenOrder[] = [];
  for await (const order of openOrders(clientOf([...done, ...open, ...due]), authorize, signal))
    found.push(order);
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

test('asks again when the platform has no time, and says what it was told when it never will', async () => {
  const client = clientOf([order('paid')]);
  const replies: ApiReply[] = [
    { status: 503, body: undefined, retryAfterMs: 1 },
    { status: 429, body: undefined, retryAfterMs: undefined },
  ];
  const busy = { send: async (what: ApiRequest) => replies.shift() ?? client.send(what) };
  const found: KitchenOrder[] = [];
  for await (const one of openOrders(busy, authorize, signal)) found.push(one);
  expect(found).toHaveLength(1);

  const refusing = { send: async () => ({ status: 400, body: { detail: 'no' }, retryAfterMs: undefined }) };
  await expect(openOrders(refusing, authorize, signal).next()).rejects.toThrow(
    /status=accepted.* was answered 400: .*"no"/,
  );
});

test('waits for an answer that does not come no longer than it is wanted', async () => {
  const end = new AbortController();
  const away = {
    send: async (): Promise<ApiReply> => {
      end.abort();
      throw new NoReplyError('ECONNREFUSED');
    },
  };
  expect(await openOrders(away, authorize, end.signal).next()).toEqual({ done: true, value: undefined });
});
