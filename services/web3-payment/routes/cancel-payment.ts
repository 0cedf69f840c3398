import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored, paymentId, shownPayment } from './payment-id.ts';

/** `POST /v1/payments/{id}/cancel` */
export const cancelPaymentRoute = (desk: Pick<PaymentDesk, 'cancel'>): Route =>
  route({
    method: 'post',
    path: '/v1/payments/:id/cancel',
    summary: 'Take an invoice back',
    description: 'What is paid with it all the same is given back.',
    tags: ['payments'],
    access: ['customer', 'barista', 'operator'],
    params: paymentId,
    responses: shownPayment,
    problems: ['not-found', 'payment-not-open'],
    handler: async ({ params, identity }) => ({
      status: 200,
      headers: notStored,
      body: await desk.cancel(params.id, identity),
    }),
  });
