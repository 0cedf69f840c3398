import type { Hex } from 'viem';
import { confirmPaymentRequest } from '#contracts/http/payments.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { PaymentDesk } from '../payment-desk.ts';
import { notStored, paymentId, shownPayment } from './payment-id.ts';

/** `POST /v1/payments/{id}/confirm` */
export const confirmPaymentRoute = (desk: Pick<PaymentDesk, 'confirm'>): Route =>
  route({
    method: 'post',
    path: '/v1/payments/:id/confirm',
    summary: 'Say which transaction paid',
    description:
      'It is looked at on the chain, never believed. Nobody has to call this: the chain is followed anyway.',
    tags: ['payments'],
    access: ['customer', 'barista', 'operator'],
    params: paymentId,
    body: confirmPaymentRequest,
    responses: shownPayment,
    problems: ['not-found', 'transaction-mismatch', 'dependency-unavailable'],
    handler: async ({ params, body, identity }) => ({
      status: 200,
      headers: notStored,
      body: await desk.confirm(params.id, body.transactionHash as Hex, identity),
    }),
  });
