import { z } from 'zod';
import { orderActionRequest, orderCommandReceipt } from '#contracts/http/orders.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { OrderActions } from '../order-actions.ts';
import { optionalIdempotencyKey } from './idempotency-key.ts';

/** `POST /v1/orders/{id}/actions` */
export const actOnOrderRoute = (actions: Pick<OrderActions, 'request'>): Route =>
  route({
    method: 'post',
    path: '/v1/orders/:id/actions',
    summary: 'Move an order on, as a barista',
    description:
      'Confirms the payment at the counter, prepares, hands over, rejects or refunds. 202 means that the command is ' +
      'safe in Kafka; the order book applies it after whatever happened to the order before.',
    tags: ['barista'],
    access: ['barista'],
    params: z.strictObject({ id: z.uuid() }),
    headers: z.object({ 'idempotency-key': optionalIdempotencyKey }),
    body: orderActionRequest,
    responses: {
      202: {
        description: 'The command is accepted',
        schema: orderCommandReceipt,
        headers: { Location: 'Where the order is' },
      },
    },
    problems: ['not-found', 'action-not-allowed', 'dependency-unavailable', 'outcome-unknown'],
    handler: async ({ params, body, headers, identity }) => {
      const receipt = await actions.request({
        orderId: params.id.toLowerCase(),
        action: body.action,
        actor: 'barista',
        identity,
        reason: body.reason,
        idempotencyKey: headers['idempotency-key'],
      });
      return { status: 202, headers: { Location: `/v1/orders/${receipt.orderId}` }, body: receipt };
    },
  });
