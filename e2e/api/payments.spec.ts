import { type APIRequestContext, expect } from '@playwright/test';
import type { Payment } from '#contracts/http/payments.ts';
import { placeOrder, reaches, serve, test } from './clients.ts';

/** The payment that the service makes by itself as soon as it knows the order. */
async function paymentOf(customer: APIRequestContext, orderId: string): Promise<Payment> {
  const find = async (): Promise<Payment | undefined> => {
    const answer = await customer.get(`/v1/payments?orderId=${orderId}`);
    return answer.ok() ? ((await answer.json()) as { payments: Payment[] }).payments[0] : undefined;
  };
  await expect.poll(async () => (await find())?.status, { message: `payment of ${orderId}` }).toBeDefined();
  const payment = await find();
  if (!payment) throw new Error(`The payment of ${orderId} is gone.`);
  return payment;
}

test('an order is paid on the chain', async ({ clients, coffee, settings }) => {
  const subject = `e2e-payer-${Date.now()}`;
  const customer = await clients.as('customer', { subject });
  const cashier = await clients.as('barista', { at: settings.web3PaymentUrl });
  const { order } = await placeOrder(customer, { ...coffee, paymentMethod: 'crypto' });
  const payment = await paymentOf(cashier, order.id);
  expect(payment).toMatchObject({ orderId: order.id, totalCents: order.totalCents });
  expect((await cashier.post(`/v1/payments/${payment.id}/demo-wallet`)).status()).toBe(200);
  const now = async (): Promise<Payment> =>
    (await (await cashier.get(`/v1/payments/${payment.id}`)).json()) as Payment;
  await expect.poll(async () => (await now()).status, { timeout: 90_000 }).toBe('settled');
  const { transactionHash, confirmations, requiredConfirmations } = await now();
  expect(transactionHash).toMatch(/^0x[0-9a-f]{64}$/);
  expect(confirmations).toBeGreaterThanOrEqual(requiredConfirmations);
  await reaches(customer, order.id, 'paid');
  // Nobody is left waiting for what was paid.
  await serve(await clients.as('barista'), order.id);
});

test('a payment is nobody’s business but who pays and who serves', async ({ clients, coffee, settings }) => {
  const customer = await clients.as('customer');
  const { order } = await placeOrder(customer, { ...coffee, paymentMethod: 'crypto' });
  const cashier = await clients.as('barista', { at: settings.web3PaymentUrl });
  const { id } = await paymentOf(cashier, order.id);
  const stranger = await clients.as('customer', { at: settings.web3PaymentUrl });
  expect((await stranger.get(`/v1/payments/${id}`)).status()).toBe(404);
  expect((await stranger.post(`/v1/payments/${id}/refund`)).status()).toBe(403);
});
