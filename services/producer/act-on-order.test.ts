import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnOrder } from '#contracts/events/order-commands.ts';
import { type Order, type OrderCommandReceipt, orderCommandReceipt } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { orderIdOf } from './domain/order-identity.ts';
import { expectProblem } from './tests/expect-problem.ts';
import { databaseAway, request } from './tests/fakes.ts';
import { startProducer } from './tests/start-producer.ts';

let producer: Awaited<ReturnType<typeof startProducer>>;
beforeEach(async () => {
  producer = await startProducer();
});
afterEach(() => producer[Symbol.asyncDispose]());

const orderId = orderIdOf(request.customerId, 'key-1');
const unknownId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';

/** An order in the order book. */
function keep(change: Partial<Order> = {}): void {
  const order: Order = {
    ...{
      id: orderId,
      customerId: 'customer-1',
      status: 'paid',
      version: 3,
      paymentMethod: 'counter',
      shopId: 'main',
    },
    ...{ paymentDueAt: null, refundDue: false, currency: 'USD', items: [], totalCents: 400 },
    ...{ createdAt: '2026-03-01T08:00:00.000Z', updatedAt: '2026-03-01T08:00:01.000Z' },
    ...change,
  };
  producer.orderBook.stored.set(orderId, { order, fingerprint: 'f' });
}

const act = async (body: unknown, id = orderId, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${producer.url}/v1/orders/${id}/actions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(await signedIn('the-barista', 'barista')),
      ...headers,
    },
    body: JSON.stringify(body),
  });
const cancel = async (id = orderId, query = '', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${producer.url}/v1/orders/${id}${query}`, {
    method: 'DELETE',
    headers: { ...(await signedIn(request.customerId, 'customer')), ...headers },
  });
const sent = () =>
  producer.publisher.messages.map(({ key, headers, value }) => ({
    key,
    headers,
    data: actOnOrder.parse(JSON.parse(String(value))),
  }));

describe('POST /v1/orders/{id}/actions', () => {
  test('is a command in the partition of the order', async () => {
    keep();
    const answer = await act({ action: 'prepare' }, orderId.toUpperCase());
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/orders/${orderId}`);
    const receipt = orderCommandReceipt.parse(await answer.json());
    expect(receipt).toMatchObject({ orderId, action: 'prepare' });
    expect(sent()).toEqual([
      expect.objectContaining({
        key: orderId,
        headers: expect.objectContaining({
          ce_id: receipt.commandId,
          ce_type: 'dev.gocoffee.order.prepare.v1',
          ce_subject: orderId,
        }),
        data: { orderId, action: 'prepare', actor: 'barista', requestedAt: '2026-03-01T08:00:00.123Z' },
      }),
    ]);
  });

  test('is the same command under the same Idempotency-Key, another one without', async () => {
    keep();
    const ids: string[] = [];
    for (const key of ['k', 'k', undefined, undefined]) {
      const answer = await act({ action: 'prepare' }, orderId, key ? { 'idempotency-key': key } : {});
      ids.push(((await answer.json()) as OrderCommandReceipt).commandId);
    }
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
  });

  // Guard: the client was told to repeat it. It can't tell a refusal from its own success.
  test('is taken again under the same Idempotency-Key after it took effect', async () => {
    keep({ status: 'preparing' });
    expect((await act({ action: 'prepare' }, orderId, { 'idempotency-key': 'k' })).status).toBe(202);
    producer.views.bodies.clear();
    keep({ status: 'cancelled' });
    expect((await cancel(orderId, '', { 'idempotency-key': 'k' })).status).toBe(202);
  });

  test('is another command for another action or order under the same Idempotency-Key', async () => {
    keep();
    producer.orderBook.failure = databaseAway();
    producer.redis.away = true;
    const asked = [
      ['prepare', orderId],
      ['reject', orderId],
      ['prepare', unknownId],
    ] as const;
    const ids: string[] = [];
    for (const [action, id] of asked) {
      const answer = await act({ action }, id, { 'idempotency-key': 'k' });
      ids.push(((await answer.json()) as OrderCommandReceipt).commandId);
    }
    expect(new Set(ids).size).toBe(3);
  });

  test('may come before the order book knows of what it builds on', async () => {
    keep({ status: 'awaiting-payment', version: 2 });
    expect((await act({ action: 'prepare' })).status).toBe(202);
  });

  test.each([
    ['what has happened', { status: 'ready' }, 'prepare', /ready: that has happened already/],
    ['what can not happen any more', { status: 'completed' }, 'reject', /completed: it is too late/],
    [
      'a second payment of what has expired',
      { status: 'expired', refundDue: true },
      'confirm-payment',
      /expired: that has happened already/,
    ],
    ['a second refund', { status: 'refunded' }, 'refund', /refunded: that has happened already/],
    [
      'a payment by crypto at the counter',
      { status: 'awaiting-payment', paymentMethod: 'crypto' },
      'confirm-payment',
      /on the chain/,
    ],
  ] as const)('refuses %s', async (_what, change, action, detail) => {
    keep(change);
    const problem = await expectProblem(await act({ action }), 409, 'action-not-allowed');
    expect(problem.detail).toMatch(detail);
    expect(producer.publisher.messages).toEqual([]);
  });

  test('lets money that came too late be given back', async () => {
    keep({ status: 'expired', refundDue: true });
    expect((await act({ action: 'refund' })).status).toBe(202);
  });

  test('refuses an order that is nowhere', async () => {
    await expectProblem(await act({ action: 'prepare' }, unknownId), 404, 'not-found');
  });

  test.each([
    [{ action: 'expire' }, 'body.action'],
    [{ action: 'cancel' }, 'body.action'],
    [{}, 'body.action'],
    [{ action: 'reject', reason: 'two\nlines' }, 'body.reason'],
    [{ action: 'reject', reason: '' }, 'body.reason'],
    [{ action: 'prepare', actor: 'system' }, 'body.actor'],
  ])('refuses %j', async (body, field) => {
    keep();
    await expectProblem(await act(body), 400, 'validation-failed', field);
    expect(producer.publisher.messages).toEqual([]);
  });

  test('is taken while nobody can tell the order: the order book decides', async () => {
    producer.orderBook.failure = databaseAway();
    producer.redis.away = true;
    expect((await act({ action: 'prepare' })).status).toBe(202);
  });

  test('says what is not known', async () => {
    keep();
    producer.publisher.failure = new AppError('outcome-unknown', 'no answer', { retryAfterSeconds: 2 });
    const answer = await act({ action: 'prepare' });
    expect(answer.headers.get('retry-after')).toBe('2');
    const problem = await expectProblem(answer, 503, 'outcome-unknown');
    expect(problem.detail).toMatch(/same Idempotency-Key/);
  });
});

describe('DELETE /v1/orders/{id}', () => {
  test('asks for the cancellation of an order, also of one that was accepted a moment ago', async () => {
    await fetch(`${producer.url}/v1/orders`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': 'key-1',
        ...(await signedIn(request.customerId, 'customer')),
      },
      body: JSON.stringify(request),
    });
    producer.publisher.messages.length = 0;
    const answer = await cancel(orderId, '?reason=in%20a%20hurry');
    expect(answer.status).toBe(202);
    expect(sent()).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ action: 'cancel', actor: 'customer', reason: 'in a hurry' }),
      }),
    ]);
  });

  test('is too late once the order is being prepared', async () => {
    keep({ status: 'preparing' });
    await expectProblem(await cancel(), 409, 'action-not-allowed');
  });

  test.each([
    [unknownId, '', 404, 'not-found', undefined],
    ['17', '', 400, 'validation-failed', 'path.id'],
    [orderId, '?why=so', 400, 'validation-failed', 'query.why'],
  ] as const)('refuses %s%s', async (id, query, status, code, field) => {
    await expectProblem(await cancel(id, query), status, code, field);
  });
});
