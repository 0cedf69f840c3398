import { expect, it } from 'vitest';
import { orderAccepted, orderAcceptedType } from '#contracts/events/order-events.ts';
import type { OrderPage } from '#contracts/http/orders.ts';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { flatWhite, getJson, openedTypes, postOrder } from './orders.ts';
import { startConsumer, startProducer } from './services.ts';
import { setStage } from './stage.ts';

it('takes an order from the request through Kafka into the order book and tells of it once', async () => {
  await using stage = await setStage();
  await using producer = await startProducer(stage);
  await using _consumer = await startConsumer(stage);

  const placed = await postOrder(producer.url, flatWhite('customer-1', 2));
  expect(placed.status, JSON.stringify(placed.body)).toBe(202);
  expect(placed.headers.get('location')).toBe(`/v1/orders/${placed.body.id}`);
  expect(placed.body).toMatchObject({
    customerId: 'customer-1',
    status: 'accepted',
    version: 1,
    totalCents: 1140,
  });

  const { id } = placed.body;
  const [event] = await stage.recorder.atLeast(1, orderEventsTopic.name, id);
  expect(event?.headers).toMatchObject({ ce_specversion: '1.0', ce_type: orderAcceptedType, ce_subject: id });
  const data = orderAccepted.parse(JSON.parse(event?.value ?? ''));
  expect(data).toMatchObject({ orderId: id, orderVersion: 1, customerId: 'customer-1', totalCents: 1140 });

  const page = await getJson<OrderPage>(producer.url, '/v1/orders?customerId=customer-1');
  expect(page.body.orders).toEqual([expect.objectContaining({ id, status: 'awaiting-payment', version: 2 })]);
  const found = await getJson(producer.url, `/v1/orders/${id}`);
  expect(found).toMatchObject({ status: 200, body: { id, totalCents: 1140, items: placed.body.items } });

  await poll(async () => (await stage.database('orders.outbox').whereNull('published_at')).length === 0, {
    what: 'the outbox to be marked as published',
  });
  const events = await stage.recorder.upToNow(orderEventsTopic.name, id);
  expect(events.map(({ headers }) => headers.ce_type)).toEqual(openedTypes);
  expect(await stage.recorder.upToNow(ordersTopic.name, id)).toHaveLength(1);
});
