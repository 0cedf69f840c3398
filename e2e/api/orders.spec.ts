import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import type { OrderPage } from '#contracts/http/orders.ts';
import { act, once, placeOrder, reaches, serve, test } from './clients.ts';

test('an order goes from the menu over the counter', async ({ clients, coffee }) => {
  const customer = await clients.as('customer');
  const barista = await clients.as('barista');
  const { order } = await placeOrder(customer, coffee);
  await reaches(customer, order.id, 'awaiting-payment');
  await act(barista, order.id, 'confirm-payment');
  await reaches(customer, order.id, 'paid');
  await serve(barista, order.id);
  await reaches(customer, order.id, 'completed');
  const page = (await (await customer.get('/v1/orders')).json()) as OrderPage;
  expect(page.orders.map(({ id }) => id)).toEqual([order.id]);
});

test('a repeat is the same order, and another order under its key is refused', async ({
  clients,
  coffee,
}) => {
  const customer = await clients.as('customer');
  const key = randomUUID();
  const { order } = await placeOrder(customer, coffee, key);
  await reaches(customer, order.id, 'awaiting-payment');
  const repeat = await placeOrder(customer, coffee, key);
  expect(repeat.order).toEqual(order);
  expect(repeat.response.headers()['idempotency-replayed']).toBe('true');
  const other = { ...coffee, paymentMethod: 'crypto' };
  const refused = await customer.post('/v1/orders', { data: other, ...once(key) });
  expect(refused.status()).toBe(422);
  expect(await refused.json()).toMatchObject({ code: 'idempotency-key-reused' });
});

test('an order is cancelled by whose it is, and by nobody else', async ({ clients, coffee }) => {
  const customer = await clients.as('customer');
  const stranger = await clients.as('customer');
  const { order } = await placeOrder(customer, coffee);
  await reaches(customer, order.id, 'awaiting-payment');
  expect((await stranger.get(`/v1/orders/${order.id}`)).status()).toBe(404);
  expect((await stranger.delete(`/v1/orders/${order.id}`, once())).status()).toBe(404);
  expect((await customer.delete(`/v1/orders/${order.id}`, once())).status()).toBe(202);
  await reaches(customer, order.id, 'cancelled');
});

test('what is no order is refused, with the place that is wrong', async ({ clients, coffee }) => {
  const customer = await clients.as('customer');
  const priced = await customer.post('/v1/orders', { data: { ...coffee, totalCents: 1 }, ...once() });
  expect(priced.status()).toBe(400);
  expect(priced.headers()['content-type']).toContain('application/problem+json');
  expect(await priced.text()).toContain('totalCents');
  const keyless = await customer.post('/v1/orders', { data: coffee });
  expect(keyless.status()).toBe(400);
  expect(await keyless.text()).toMatch(/idempotency-key/i);
});
