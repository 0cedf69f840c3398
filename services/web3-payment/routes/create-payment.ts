import { createPaymentRequest, payment } from '#contracts/http/payments.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';

/** `POST /v1/payments` */
export const createPaymentRoute = (desk: Pick<PaymentDesk, 'create'>): Route =>
  route({
    method: 'post',
    path: '/v1/payments',
    summary: 'Get an invoice for an order',
    description:
      'The invoice is signed by the merchant: pay it with the wallet of your choice. The same request again is the same ' +
      'payment; another token or payer replaces an invoice that is not paid.',
    tags: ['payments'],
    access: ['customer', 'barista', 'operator'],
    body: createPaymentRequest,
    responses: {
      200: {
        description: 'The payment',
        schema: payment,
        headers: { Location: 'Where the payment is', 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['not-found', 'order-not-payable', 'payment-not-open', 'price-not-usable'],
    handler: async ({ body, identity }) => {
      const made = await desk.create(body, identity);
      const headers = { Location: `/v1/payments/${made.id}`, 'Cache-Control': 'no-store' };
      return { status: 200, headers, body: made };
    },
  });
