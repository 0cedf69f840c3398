import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Role } from '#contracts/access-token.ts';
import type { Order } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { orderIdOf } from './domain/order-identity.ts';
import { expectProblem } from './tests/expect-problem.ts';
import { databaseAway, paidOrder, request } from './tests/fakes.ts';
import { startProducer } from './tests/start-producer.ts';

let producer: Awaited<ReturnType<typeof startProducer>>;
beforeAll(async () => {
  producer = await startProducer();
});
afterAll(() => producer[Symbol.asyncDispose]());

const [owner, other] = ['ada', 'mallory'];
const orderId = orderIdOf(owner, 'key');
const unknownId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
beforeEach(() => {
  producer.orderBook.stored.set(orderId, { order: paidOrder(orderId, owner), fingerprint: 'f' });
  producer.orderBook.failure = undefined;
  producer.redis.away = false;
  producer.publisher.messages.length = 0;
});

const ask = async (method: string, path: string, who: string, role: Role, body?: object): Promise<Response> =>
  fetch(`${producer.url}/v1/orders${path}`, {
    method,
    headers: {
      ...(await signedIn(who, role)),
      'idempotency-key': 'key',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

describe('an order', () => {
  it('is seen by its customer, baristas and operators', async () => {
    for (const [who, role] of [
      [owner, 'customer'],
      [other, 'barista'],
      [other, 'operator'],
    ] as const)
      expect((await ask('GET', `/${orderId}`, who, role)).status, role).toBe(200);
  });

  // Guard: object-level authorization; the answer is that of an order that is nowhere, so that ids can't be tried.
  test.each([
    ['GET', ''],
    ['DELETE', ''],
  ])('of somebody else is nowhere: %s', async (method, suffix) => {
    const strip = async (response: Response): Promise<unknown> => {
      const { instance, traceId, ...rest } = (await response.json()) as Record<string, unknown>;
      return [response.status, rest, typeof instance, typeof traceId];
    };
    const asked = await ask(method, `/${orderId}${suffix}`, other, 'customer');
    expect(asked.status).toBe(404);
    expect(await strip(asked)).toEqual(
      await strip(await ask(method, `/${unknownId}${suffix}`, other, 'customer')),
    );
    expect(producer.publisher.messages).toEqual([]);
  });

  // Guard: while nobody can tell whose order it is, it is not cancelled for who may be anybody.
  it('is not cancelled while it is not known whose it is', async () => {
    producer.orderBook.failure = databaseAway();
    producer.redis.away = true;
    await expectProblem(
      await ask('DELETE', `/${unknownId}`, other, 'customer'),
      503,
      'dependency-unavailable',
    );
    expect(producer.publisher.messages).toEqual([]);
  });

  // Guard: the customer is who signed in, not who the body names (mass assignment).
  it('is of who signed in', async () => {
    const { customerId: _, ...anonymous } = request;
    const placed = (await (await ask('POST', '', owner, 'customer', anonymous)).json()) as Order;
    expect(placed).toMatchObject({ customerId: owner, id: orderId });
    const named = { ...request, customerId: owner };
    expect((await ask('POST', '', owner, 'customer', named)).status).toBe(202);
    await expectProblem(await ask('POST', '', other, 'customer', named), 403, 'forbidden', 'body.customerId');
    const customers = producer.publisher.messages.map(({ value }) => JSON.parse(String(value)).customerId);
    expect(new Set(customers)).toEqual(new Set([owner]));
  });
});

describe('the list of orders', () => {
  // Guard: object-level authorization.
  it("of a customer is of that customer's", async () => {
    expect((await ask('GET', '?status=paid', owner, 'customer')).status).toBe(200);
    expect(producer.orderBook.lastQuery).toMatchObject({ customerId: owner, status: 'paid' });
    await expectProblem(
      await ask('GET', `?customerId=${owner}`, other, 'customer'),
      403,
      'forbidden',
      'query.customerId',
    );
  });

  it('of others is of all, or of whom they ask for', async () => {
    await ask('GET', '', other, 'barista');
    expect(producer.orderBook.lastQuery).toMatchObject({ customerId: undefined });
    await ask('GET', `?customerId=${owner}`, other, 'operator');
    expect(producer.orderBook.lastQuery).toMatchObject({ customerId: owner });
  });
});

test('errors of the order book are no permission', async () => {
  producer.orderBook.failure = new AppError('internal', 'a mistake');
  expect((await ask('DELETE', `/${unknownId}`, other, 'customer')).status).toBe(500);
});
