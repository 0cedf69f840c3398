import { paymentList, paymentQuery } from '#contracts/http/payments.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored } from './payment-id.ts';

/** `GET /v1/payments?orderId=` */
export const listPaymentsRoute = (desk: Pick<PaymentDesk, 'list'>): Route =>
  route({
    method: 'get',
    path: '/v1/payments',
    summary: 'List the payments of an order',
    tags: ['payments'],
    access: ['customer', 'barista', 'operator'],
    query: paymentQuery,
    responses: {
      200: {
        description: 'One for each chain that one was asked for on',
        schema: paymentList,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['not-found'],
    handler: async ({ query, identity }) => {
      const payments = await desk.list(query.orderId.toLowerCase(), identity);
      return { status: 200, headers: notStored, body: { payments } };
    },
  });
