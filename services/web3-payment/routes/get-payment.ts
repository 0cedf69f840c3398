import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored, paymentId, shownPayment } from './payment-id.ts';

/** `GET /v1/payments/{id}` */
export const getPaymentRoute = (desk: Pick<PaymentDesk, 'find'>): Route =>
  route({
    method: 'get',
    path: '/v1/payments/:id',
    summary: 'Show a payment',
    tags: ['payments'],
    access: ['customer', 'barista', 'operator'],
    params: paymentId,
    responses: shownPayment,
    problems: ['not-found'],
    handler: async ({ params, identity }) => ({
      status: 200,
      headers: notStored,
      body: await desk.find(params.id, identity),
    }),
  });
