import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { menu as menuSchema } from '#contracts/http/menu.ts';
import type { Order } from '#contracts/http/orders.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { orderIdOf } from './domain/order-identity.ts';
import { expectProblem } from './tests/expect-problem.ts';
import { databaseAway, menu, request } from './tests/fakes.ts';
import { startProducer } from './tests/start-producer.ts';

let producer: Awaited<ReturnType<typeof startProducer>>;
beforeEach(async () => {
  producer = await startProducer();
});
afterEach(() => producer[Symbol.asyncDispose]());

const place = async (body: object = request, key = 'key-1'): Promise<Response> =>
  fetch(`${producer.url}/v1/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(await signedIn(request.customerId, 'customer')),
    },
    body: JSON.stringify(body),
  });
const get = async (path: string): Promise<Response> =>
  fetch(producer.url + path, { headers: await signedIn('the-operator', 'operator') });
const orderId = orderIdOf(request.customerId, 'key-1');

describe('GET /v1/orders/{id}', () => {
  test('shows an order at once, and then what became of it', async () => {
    const accepted = (await (await place()).json()) as Order;
    expect(await (await get(`/v1/orders/${orderId}`)).json()).toEqual(accepted);
    const later = { ...accepted, version: 2 };
    producer.orderBook.stored.set(orderId, { order: later, fingerprint: 'f' });
    expect(await (await get(`/v1/orders/${orderId.toUpperCase()}`)).json()).toEqual(later);
  });

  test('uses the receipt while PostgreSQL is away', async () => {
    await place();
    producer.orderBook.failure = databaseAway();
    expect((await get(`/v1/orders/${orderId}`)).status).toBe(200);
    await expectProblem(
      await get('/v1/orders/d16c66e4-140c-438c-8e78-84e0bb3e4909'),
      503,
      'dependency-unavailable',
    );
  });

  test('knows what it does not know', async () => {
    await expectProblem(await get('/v1/orders/d16c66e4-140c-438c-8e78-84e0bb3e4909'), 404, 'not-found');
    await expectProblem(await get('/v1/orders/17'), 400, 'validation-failed', 'path.id');
  });

  test('does not deny an order that Redis would know of while Redis is away', async () => {
    producer.redis.away = true;
    await expectProblem(await get(`/v1/orders/${orderId}`), 503, 'dependency-unavailable');
  });

  test('does not deny an order whose acceptance is not settled, until it would have arrived', async () => {
    await place();
    const key = `order:${orderId}`;
    const receipt = JSON.parse(producer.redis.values.get(key) ?? '');
    const store = (placedAt: string): void => {
      const command = { ...receipt.command, placedAt };
      producer.redis.values.set(key, JSON.stringify({ acknowledged: false, command }));
    };
    store('2026-03-01T07:59:30.000Z');
    await expectProblem(await get(`/v1/orders/${orderId}`), 503, 'dependency-unavailable');
    store('2026-03-01T07:58:59.000Z');
    await expectProblem(await get(`/v1/orders/${orderId}`), 404, 'not-found');
  });

  test('does not deny an order whose receipt was lost while Redis was away', async () => {
    producer.redis.away = true;
    expect((await place()).status).toBe(202);
    producer.redis.away = false;
    await expectProblem(await get(`/v1/orders/${orderId}`), 503, 'dependency-unavailable');
  });

  test('a receipt that cannot be read is as good as none', async () => {
    producer.redis.values.set(`order:${orderId}`, '{"v":1}');
    expect((await get(`/v1/orders/${orderId}`)).status).toBe(404);
    expect((await place()).status).toBe(202);
    expect((await get(`/v1/orders/${orderId}`)).status).toBe(200);
  });
});

describe('GET /v1/orders', () => {
  test('gives the filters on', async () => {
    const response = await get(
      '/v1/orders?customerId=c&status=accepted&refundDue=true&limit=5&createdFrom=2026-01-01T00:00:00Z',
    );
    expect(await response.json()).toEqual({ orders: [], nextCursor: null });
    expect(producer.orderBook.lastQuery).toEqual({
      customerId: 'c',
      status: 'accepted',
      refundDue: true,
      limit: 5,
      createdFrom: '2026-01-01T00:00:00Z',
    });
  });

  test.each([
    ['limit=0', 'query.limit'],
    ['limit=101', 'query.limit'],
    ['limit=x', 'query.limit'],
    ['limit=1&limit=2', 'query.limit'],
    ['status=lost', 'query.status'],
    ['refundDue=yes', 'query.refundDue'],
    ['createdFrom=yesterday', 'query.createdFrom'],
    ['createdBefore=0000-01-01T00:00:00Z', 'query.createdBefore'],
    ['customer=c', 'query.customer'],
    [`cursor=${'x'.repeat(201)}`, 'query.cursor'],
  ])('refuses %s', async (query, field) => {
    await expectProblem(await get(`/v1/orders?${query}`), 400, 'validation-failed', field);
  });

  test('is away with PostgreSQL', async () => {
    producer.orderBook.failure = databaseAway();
    await expectProblem(await get('/v1/orders'), 503, 'dependency-unavailable');
  });
});

describe('GET /v1/menu', () => {
  test('shows the menu, once', async () => {
    const response = await get('/v1/menu');
    expect(menuSchema.parse(await response.json())).toEqual(menu);
    expect(response.headers.get('cache-control')).toBe('public, max-age=5');
    const headers = { 'if-none-match': response.headers.get('etag') as string };
    expect((await fetch(`${producer.url}/v1/menu`, { headers })).status).toBe(304);
    producer.menuSource.menu = { ...menu, version: 4 };
    await producer.context.menu.refresh();
    expect((await fetch(`${producer.url}/v1/menu`, { headers })).status).toBe(200);
  });
});

describe('the service', () => {
  test('describes itself', async () => {
    const document = (await (await get('/openapi.json')).json()) as {
      paths: object;
      components: { schemas: object };
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/v1/orders', '/v1/orders/{id}', '/v1/menu', '/readyz']),
    );
    expect(Object.keys(document.components.schemas).sort()).toEqual([
      'Account',
      'Menu',
      'Order',
      'OrderActionRequest',
      'OrderCommandReceipt',
      'OrderPage',
      'PlaceOrderRequest',
      'Problem',
      'Tokens',
    ]);
  });

  test('is ready with Kafka and a menu', async () => {
    await expect.poll(async () => (await get('/readyz')).status).toBe(200);
    const report = (await (await get('/readyz')).json()) as { dependencies: object };
    expect(report.dependencies).toMatchObject({
      kafka: { status: 'up', optional: true },
      menu: { status: 'up', optional: false },
      postgres: { status: 'up', optional: true },
      redis: { status: 'up', optional: true },
    });
  });
});
