import { expect, test, vi } from 'vitest';
import { type OrderView, orderViewKey } from '#contracts/order-view.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { OrderViews } from './order-views.ts';
import { FakeViews, RecordedMetrics } from './tests/fakes.ts';

const id = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
const view = (status: OrderView['order']['status'] = 'preparing'): OrderView => ({
  fingerprint: 'f',
  order: {
    ...{
      id,
      customerId: 'customer-1',
      status,
      version: 4,
      paymentMethod: 'counter',
      shopId: 'main',
      paymentDueAt: null,
    },
    ...{ refundDue: false, currency: 'USD', items: [], totalCents: 0 },
    ...{ createdAt: '2026-03-01T08:00:00.000Z', updatedAt: '2026-03-01T08:00:01.000Z' },
  },
});

function setUp() {
  const cache = new FakeViews();
  const metrics = new RecordedMetrics();
  return { cache, metrics, views: new OrderViews(cache, metrics, quietLog()) };
}

test('asks the order book once and Redis afterwards', async () => {
  const { views } = setUp();
  const load = vi.fn(async () => view());
  expect(await views.find(id, load)).toEqual(view());
  expect(await views.find(id, load)).toEqual(view());
  expect(load).toHaveBeenCalledTimes(1);
});

// Guard: one question under way an order. A thousand people who look at one order are one query.
test('asks the order book once, however many want the same order at the same time', async () => {
  const { views } = setUp();
  const { promise, resolve } = Promise.withResolvers<OrderView>();
  const load = vi.fn(() => promise);
  const all = Promise.all(Array.from({ length: 50 }, () => views.find(id, load)));
  resolve(view());
  expect(new Set((await all).map((found) => found?.order.version))).toEqual(new Set([4]));
  expect(load).toHaveBeenCalledTimes(1);
});

test('does not remember what is not there, and passes on what the order book says', async () => {
  const { views, cache } = setUp();
  expect(await views.find(id, async () => undefined)).toBeUndefined();
  expect(cache.bodies.size).toBe(0);
  await expect(views.find(id, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await views.find(id, async () => view())).toEqual(view());
});

test('asks the order book when Redis is away or has something that is no view', async () => {
  const { views, cache, metrics } = setUp();
  cache.away = true;
  expect(await views.find(id, async () => view())).toEqual(view());
  await vi.waitFor(() => expect(metrics.counted).toEqual(['view failed read', 'view failed write']));
  cache.away = false;
  cache.bodies.set(orderViewKey(id), '{"order":1}');
  expect(await views.find(id, async () => view())).toEqual(view());
});

test('keeps open orders shortly and settled ones longer', async () => {
  const { cache, views } = setUp();
  const put = vi.spyOn(cache, 'put');
  await views.find(id, async () => view('ready'));
  cache.bodies.clear();
  await views.find(id, async () => view('completed'));
  const [open = 0, settled = 0] = put.mock.calls.map(
    (call) => (call as unknown as [unknown, unknown, number])[2],
  );
  expect(open).toBeLessThanOrEqual(5_000);
  expect(settled).toBeGreaterThan(60_000);
});
