import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored, paymentId, shownPayment } from './payment-id.ts';

/** `POST /v1/payments/{id}/demo-wallet`: only there where a demo wallet is. */
export const payFromDemoWalletRoute = (desk: Pick<PaymentDesk, 'payFromDemoWallet'>): Route =>
  route({
    method: 'post',
    path: '/v1/payments/:id/demo-wallet',
    summary: 'Have the demo wallet pay',
    description: 'For trying the shop out without a wallet of your own; with others, in one transaction.',
    tags: ['demo'],
    access: ['customer', 'barista', 'operator'],
    params: paymentId,
    responses: shownPayment,
    problems: ['not-found', 'payment-not-open'],
    handler: async ({ params, identity }) => ({
      status: 200,
      headers: notStored,
      body: await desk.payFromDemoWallet(params.id, identity),
    }),
  });
