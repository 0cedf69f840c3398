import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { actionType, actOnOrder } from '#contracts/events/order-commands.ts';
import { commandRefusedType, statusEventType } from '#contracts/events/order-events.ts';
import type { Order, OrderCommandReceipt, OrderPage } from '#contracts/http/orders.ts';
import type { OrderStatus } from '#contracts/order-lifecycle.ts';
import { orderViewKey } from '#contracts/order-view.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { type Answer, flatWhite, getJson, openedTypes, placePatiently } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { settled } from './settled.ts';
import { useStage } from './stage.ts';
import { startProducerThroughEdge } from './through-edge.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let producer: RunningProducer;

beforeAll(async () => {
  producer = parts.use(await startProducerThroughEdge(stage(), 'lifecycle', { PAYMENT_WINDOW: '1h' }));
  parts.use(await startConsumer(stage()));
});
afterAll(() => parts.disposeAsync());

async function ask(
  method: string,
  path: string,
  who: { readonly authorization: string },
  { body, key = randomUUID() }: { readonly body?: object; readonly key?: string | undefined } = {},
): Promise<Answer<OrderCommandReceipt>> {
  const response = await fetch(`${producer.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...who },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as never };
}
const act = async (id: string, action: string, key?: string) =>
  ask('POST', `/v1/orders/${id}/actions`, await signedIn('the-barista', 'barista'), {
    body: { action },
    key,
  });
/** As the customer whose order it is. */
const cancel = async (id: string) => {
  const { body } = await getJson(producer.url, `/v1/orders/${id}`);
  return ask('DELETE', `/v1/orders/${id}`, await signedIn(body.customerId, 'customer'));
};

const reached = (id: string, status: OrderStatus): Promise<Order> =>
  poll(
    async () => {
      const { body } = await getJson<Order>(producer.url, `/v1/orders/${id}`);
      return body.status === status && body;
    },
    { what: `order ${id} to be ${status}` },
  );
const typesOf = async (id: string): Promise<(string | undefined)[]> =>
  (await stage().recorder.upToNow(orderEventsTopic.name, id)).map(({ headers }) => headers.ce_type);

/** Lets the hot view of an order stay until somebody invalidates it; of its own accord it would end after seconds. */
async function keepHot(id: string): Promise<void> {
  const { host, port, password } = inject('redis');
  const redis = new Redis({ host, port, password });
  await poll(
    async () => {
      await getJson(producer.url, `/v1/orders/${id}`);
      return (await redis.persist(orderViewKey(id))) === 1;
    },
    { what: 'the hot view' },
  ).finally(() => redis.disconnect());
}

const served = [
  ['confirm-payment', 'paid'],
  ['prepare', 'preparing'],
  ['mark-ready', 'ready'],
  ['complete', 'completed'],
] as const;

describe('the life of an order', () => {
  it('goes from the counter to the hand, each step with its event, readable at once', async () => {
    const { id } = await placePatiently(producer.url);
    for (const [action, status] of served) {
      await keepHot(id);
      expect((await act(id, action)).status).toBe(202);
      // Guard: the consumer invalidates the hot view. Without it this reader would see the old status for ever.
      await reached(id, status);
    }
    await stage().recorder.atLeast(6, orderEventsTopic.name, id);
    expect(await typesOf(id)).toEqual([
      ...openedTypes,
      ...served.map(([, status]) => statusEventType(status)),
    ]);
    const versions = stage()
      .recorder.messages(orderEventsTopic.name, id)
      .map(({ value }) => JSON.parse(value ?? '').orderVersion);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('may be told in one go: the partition keeps the order of the commands', async () => {
    const { id } = await placePatiently(producer.url);
    for (const [action] of served) expect((await act(id, action)).status).toBe(202);
    await reached(id, 'completed');
  });

  it('ends when its customer cancels, and the money goes back', async () => {
    const { id } = await placePatiently(producer.url);
    await act(id, 'confirm-payment');
    await reached(id, 'paid');
    expect((await cancel(id)).status).toBe(202);
    expect((await reached(id, 'cancelled')).refundDue).toBe(true);
    await act(id, 'refund');
    expect((await reached(id, 'refunded')).refundDue).toBe(false);
  });

  it('tells whoever comes too late: at once where that is certain, by an event where it is not', async () => {
    const { id } = await placePatiently(producer.url);
    for (const [action] of served.slice(0, 2)) await act(id, action);
    // Not known to the producer yet: taken, and refused by the order book.
    const hasty = await cancel(id);
    if (hasty.status === 202) {
      await poll(async () => (await typesOf(id)).includes(commandRefusedType), { what: 'the refusal' });
      const refusals = await stage().database('orders.command_refusals').where({ order_id: id });
      expect(refusals).toEqual([expect.objectContaining({ action: 'cancel', code: 'not-allowed' })]);
    }
    await reached(id, 'preparing');
    expect((await cancel(id)).status).toBe(409);
  });

  it('takes a repeated command once', async () => {
    const { id } = await placePatiently(producer.url);
    for (let time = 0; time < 3; time += 1) {
      expect((await act(id, 'confirm-payment', 'again')).status).toBe(202);
      // Also after it has taken effect.
      await reached(id, 'paid');
    }
    await settled(stage());
    expect(await typesOf(id)).toEqual([...openedTypes, statusEventType('paid')]);
  });

  it('is listed by status as long as somebody has to do something about it', async () => {
    const customer = `customer-${randomUUID().slice(0, 8)}`;
    const { id } = await placePatiently(producer.url, flatWhite(customer));
    const listed = async (status: string): Promise<string[]> =>
      (
        await getJson<OrderPage>(producer.url, `/v1/orders?customerId=${customer}&status=${status}`)
      ).body.orders.map((order) => order.id);
    await poll(async () => (await listed('awaiting-payment')).includes(id));
    for (const [action] of served) await act(id, action);
    await reached(id, 'completed');
    expect(await listed('awaiting-payment')).toEqual([]);
    expect(await listed('completed')).toEqual([id]);
  });
});

describe('payment that does not come', () => {
  const overdue = (id: string): Promise<unknown> =>
    stage().database.raw(
      `update orders.open_orders set payment_due_at = now() - interval '1 second' where order_id = ?`,
      [id],
    );

  it('expires the order by a command in its partition', async () => {
    const { id } = await placePatiently(producer.url);
    await reached(id, 'awaiting-payment');
    await overdue(id);
    await reached(id, 'expired');
    const commands = (await stage().recorder.upToNow(ordersTopic.name, id)).filter(
      ({ headers }) => headers.ce_type === actionType('expire'),
    );
    expect(new Set(commands.map(({ headers }) => headers.ce_id)).size).toBe(1);
    expect(actOnOrder.parse(JSON.parse(commands[0]?.value ?? ''))).toMatchObject({ actor: 'system' });
    // Too late: the money is due back, and given back.
    expect((await act(id, 'confirm-payment')).status).toBe(202);
    await poll(async () => (await getJson<Order>(producer.url, `/v1/orders/${id}`)).body.refundDue);
    await act(id, 'refund');
    await reached(id, 'refunded');
  });

  // Guard: the window is a length of time on PostgreSQL's clock, not a deadline on the producer's.
  it.each([
    ['a day ahead', 24 * 3_600_000],
    ['a day behind', -24 * 3_600_000],
  ])('is not judged by the clock of a producer that is %s', async (_what, skewMs) => {
    await using skewed = await startProducer(
      stage(),
      { now: () => new Date(Date.now() + skewMs) },
      { PAYMENT_WINDOW: '1h' },
    );
    const { id } = await placePatiently(skewed.url);
    const { paymentDueAt } = await reached(id, 'awaiting-payment');
    const leftMs = Date.parse(paymentDueAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(55 * 60_000);
    expect(leftMs).toBeLessThan(65 * 60_000);
  });
});

it('reads the order book when Redis has forgotten everything', async () => {
  const { id } = await placePatiently(producer.url);
  await act(id, 'confirm-payment');
  await reached(id, 'paid');
  stage().redisProxy.goAway();
  const found = await getJson<Order>(producer.url, `/v1/orders/${id}`);
  stage().redisProxy.restore();
  expect(found).toMatchObject({ status: 200, body: { status: 'paid', version: 3 } });
});
