import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored, paymentId, shownPayment } from './payment-id.ts';

/** `POST /v1/payments/{id}/refund` */
export const refundPaymentRoute = (desk: Pick<PaymentDesk, 'refund'>): Route =>
  route({
    method: 'post',
    path: '/v1/payments/:id/refund',
    summary: 'Have a payment given back',
    description: 'Refunds that are due go by themselves; this tries again what its payer did not take.',
    tags: ['operator'],
    access: ['operator'],
    params: paymentId,
    responses: shownPayment,
    problems: ['not-found', 'payment-not-open'],
    handler: async ({ params, identity }) => ({
      status: 200,
      headers: notStored,
      body: await desk.refund(params.id, identity),
    }),
  });
