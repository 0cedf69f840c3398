import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PlaceOrder, placeOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import { type Order, order as orderSchema } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { fingerprintOf, orderIdOf } from './domain/order-identity.ts';
import { expectProblem } from './tests/expect-problem.ts';
import { databaseAway, menu, request } from './tests/fakes.ts';
import { startProducer } from './tests/start-producer.ts';

let producer: Awaited<ReturnType<typeof startProducer>>;
beforeEach(async () => {
  producer = await startProducer();
});
afterEach(() => producer[Symbol.asyncDispose]());

const place = async (
  body: object = request,
  key = 'key-1',
  customer = request.customerId,
): Promise<Response> =>
  fetch(`${producer.url}/v1/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(await signedIn(customer, 'customer')),
    },
    body: JSON.stringify(body),
  });
const get = async (path: string): Promise<Response> =>
  fetch(producer.url + path, { headers: await signedIn(request.customerId, 'customer') });
const orderId = orderIdOf(request.customerId, 'key-1');
const commands = (): PlaceOrder[] =>
  producer.publisher.messages.map(({ value }) => placeOrder.parse(JSON.parse(String(value))));

describe('POST /v1/orders', () => {
  test('prices the order, publishes it, and answers 202', async () => {
    const response = await place();
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/orders/${orderId}`);
    expect(response.headers.get('idempotency-replayed')).toBeNull();
    const order = orderSchema.parse(await response.json());
    expect(order).toMatchObject({
      id: orderId,
      status: 'accepted',
      version: 1,
      totalCents: 1140,
      createdAt: '2026-03-01T08:00:00.123Z',
    });
    expect(producer.publisher.messages).toHaveLength(1);
    expect(producer.publisher.messages[0]).toMatchObject({
      topic: 'orders.v1',
      key: orderId,
      headers: { ce_type: placeOrderType, ce_source: '/services/producer', ce_subject: orderId },
    });
    expect(commands()[0]).toMatchObject({
      orderId,
      fingerprint: fingerprintOf(request),
      menuVersion: 3,
      totalCents: 1140,
    });
    expect(producer.metrics.counted).toEqual(['accepted']);
    expect(producer.redis.ttls).toEqual([86_400_000, 86_400_000]);
  });

  test('is for the shop that it names, and another shop is another request', async () => {
    const placed = (await (await place({ ...request, shopId: 'airport' })).json()) as Order;
    expect(placed.shopId).toBe('airport');
    expect(commands()[0]).toMatchObject({ shopId: 'airport' });
    await expectProblem(await place(request), 422, 'idempotency-key-reused');
    await expectProblem(
      await place({ ...request, shopId: 'No Shop' }, 'key-2'),
      400,
      'validation-failed',
      'body.shopId',
    );
  });

  test('answers a repeat with the first receipt, also at other prices', async () => {
    const first = await (await place()).json();
    producer.menuSource.menu = { ...menu, version: 4, products: [] };
    await producer.context.menu.refresh();
    const again = await place({
      ...request,
      items: request.items.map(({ quantity, ...item }) => ({ quantity, ...item })),
    });
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(first);
    expect(producer.publisher.messages).toHaveLength(1);
    expect(producer.metrics.counted).toEqual(['accepted', 'replayed']);
  });

  test('answers a repeat of what has left the menu from the order book, when its receipt has ended', async () => {
    const order = (await (await place()).json()) as Order;
    producer.orderBook.stored.set(orderId, { order, fingerprint: fingerprintOf(request) });
    producer.redis.values.clear();
    producer.menuSource.menu = { ...menu, version: 4, products: [] };
    await producer.context.menu.refresh();
    const again = await place();
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toEqual(order);
    await expectProblem(await place(request, 'key-2'), 400, 'validation-failed', 'body.items.0.productId');
    const other = { ...request, items: [{ ...request.items[0], quantity: 3 }] };
    await expectProblem(await place(other), 422, 'idempotency-key-reused', 'header.idempotency-key');
    expect(producer.publisher.messages).toHaveLength(1);
  });

  test('refuses a key that was used for another order', async () => {
    await place();
    const other = { ...request, items: [{ ...request.items[0], quantity: 3 }] };
    await expectProblem(await place(other), 422, 'idempotency-key-reused', 'header.idempotency-key');
    expect(producer.publisher.messages).toHaveLength(1);
    expect((await place(other, 'key-2')).status).toBe(202);
    const another = { ...other, customerId: 'customer-2' };
    expect((await place(another, 'key-1', 'customer-2')).status).toBe(202);
  });

  test('frees the key when certainly nothing was sent', async () => {
    producer.publisher.failure = new AppError('overloaded', 'Too busy.', { retryAfterSeconds: 2 });
    await expectProblem(await place(), 503, 'overloaded');
    expect((await get(`/v1/orders/${orderId}`)).status).toBe(404);
    producer.publisher.failure = undefined;
    const corrected = {
      ...request,
      items: request.items.slice(0, 1).map((item) => ({ ...item, quantity: 7 })),
    };
    expect((await place(corrected)).status).toBe(202);
  });

  test('a repeat after an unknown outcome publishes the first price again, as the same event', async () => {
    producer.publisher.failure = new AppError('outcome-unknown', 'Kafka did not acknowledge it.');
    const failed = await place();
    expect(failed.headers.get('retry-after')).toBe('2');
    expect(((await failed.clone().json()) as { detail: string }).detail).toContain('same Idempotency-Key');
    await expectProblem(failed, 503, 'outcome-unknown');
    // Neither confirmed nor denied: nobody knows.
    expect((await get(`/v1/orders/${orderId}`)).status).toBe(503);

    producer.publisher.failure = undefined;
    const dearer = menu.products.map((product) => ({
      ...product,
      sizes: product.sizes.map((size) => ({ ...size, priceCents: 9_000 })),
    }));
    producer.menuSource.menu = { ...menu, version: 4, products: dearer };
    await producer.context.menu.refresh();
    const again = await place();
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(commands()[0]).toMatchObject({ menuVersion: 3, totalCents: 1140 });
    expect(((await again.json()) as Order).totalCents).toBe(1140);
    producer.redis.values.clear();
    await place();
    const ids = producer.publisher.messages.map(({ headers }) => headers.ce_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(producer.metrics.counted).toEqual(['rejected outcome-unknown', 'accepted', 'accepted']);
  });

  test.each(['overloaded', 'dependency-unavailable'] as const)('passes on that Kafka is %s', async (code) => {
    producer.publisher.failure = new AppError(code, 'Later.', { retryAfterSeconds: 2 });
    await expectProblem(await place(), 503, code);
    expect(producer.metrics.counted).toEqual([`rejected ${code}`]);
  });

  test('an error of ours is 500 and counted', async () => {
    producer.publisher.failure = new Error('bug') as AppError;
    await expectProblem(await place(), 500, 'internal');
    expect(producer.metrics.counted).toEqual(['rejected internal']);
  });

  test.each([
    ['an unknown product', [{ productId: 'tea', size: 'large', quantity: 1 }], 'body.items.0.productId'],
    ['an unknown size', [{ productId: 'latte', size: 'huge', quantity: 1 }], 'body.items.0.size'],
    [
      'an unknown option',
      [{ productId: 'latte', size: 'large', options: ['gold'], quantity: 1 }],
      'body.items.0.options.0',
    ],
    [
      'an option twice',
      [{ productId: 'latte', size: 'large', options: ['oat-milk', 'oat-milk'], quantity: 1 }],
      'body.items.0.options',
    ],
    ['no item', [], 'body.items'],
    ['51 items', Array(51).fill(request.items[0]), 'body.items'],
    ['10,000 items', Array(10_000).fill({}), 'body.items'],
    ['a negative quantity', [{ ...request.items[0], quantity: -1 }], 'body.items.0.quantity'],
    ['a fractional quantity', [{ ...request.items[0], quantity: 1.5 }], 'body.items.0.quantity'],
    ['a huge quantity', [{ ...request.items[0], quantity: 101 }], 'body.items.0.quantity'],
    ['a text as quantity', [{ ...request.items[0], quantity: '1' }], 'body.items.0.quantity'],
    ['a price', [{ ...request.items[0], unitPriceCents: 1 }], 'body.items.0.unitPriceCents'],
    ['no list', {}, 'body.items'],
  ])('refuses %s', async (_name, items, field) => {
    await expectProblem(await place({ items }), 400, 'validation-failed', field);
    expect(producer.publisher.messages).toEqual([]);
    expect(producer.redis.receipts).toEqual([]);
  });

  test.each(['', ' ', 'x'.repeat(256), 'a b', 'ü'])('refuses the Idempotency-Key %j', async (key) => {
    const code = 'validation-failed';
    await expectProblem(await place(request, key), 400, code, 'header.idempotency-key');
  });

  test('needs an Idempotency-Key', async () => {
    const who = await signedIn(request.customerId, 'customer');
    const headers = { 'content-type': 'application/json', ...who };
    const response = await fetch(`${producer.url}/v1/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify(request),
    });
    await expectProblem(response, 400, 'idempotency-key-missing', 'header.idempotency-key');
  });

  test.each([{ customerId: '' }, { customerId: 'a\nb' }, { customerId: 7 }, { customerId: 'x'.repeat(65) }])(
    'refuses the customer of %j',
    async (wrong) => {
      await expectProblem(await place({ ...request, ...wrong }), 400, 'validation-failed', 'body.customerId');
    },
  );
});

describe('without Redis', () => {
  beforeEach(() => {
    producer.redis.away = true;
  });

  test('orders are accepted', async () => {
    expect((await place()).status).toBe(202);
    expect(producer.metrics.counted).toEqual(['failed claim', 'failed acknowledge', 'accepted']);
  });

  test('the order book recognises repeats and conflicts', async () => {
    const order = { ...((await (await place()).json()) as Order), version: 2 };
    producer.orderBook.stored.set(orderId, { order, fingerprint: fingerprintOf(request) });
    const again = await place();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(((await again.json()) as Order).version).toBe(2);
    await expectProblem(
      await place({ ...request, items: [{ ...request.items[0], quantity: 5 }] }),
      422,
      'idempotency-key-reused',
    );
    expect(producer.publisher.messages).toHaveLength(1);
  });

  test('and without PostgreSQL orders are still accepted', async () => {
    producer.orderBook.failure = databaseAway();
    expect((await place()).status).toBe(202);
    await expectProblem(await get(`/v1/orders/${orderId}`), 503, 'dependency-unavailable');
  });

  test('what has left the menu is not refused while nobody can tell whether it was ordered', async () => {
    const order = (await (await place()).json()) as Order;
    producer.menuSource.menu = { ...menu, version: 4, products: [] };
    await producer.context.menu.refresh();
    producer.orderBook.failure = databaseAway();
    await expectProblem(await place(), 503, 'dependency-unavailable');
    producer.orderBook.failure = undefined;
    await expectProblem(await place(), 400, 'validation-failed', 'body.items.0.productId');
    producer.orderBook.stored.set(orderId, { order, fingerprint: fingerprintOf(request) });
    expect((await place()).status).toBe(202);
  });

  test('an error of the order book that nobody expects is not hidden', async () => {
    producer.orderBook.failure = new Error('bug');
    await expectProblem(await place(), 500, 'internal');
    await expectProblem(await get(`/v1/orders/${orderId}`), 500, 'internal');
  });
});
