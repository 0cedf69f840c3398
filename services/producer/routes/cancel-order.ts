import { z } from 'zod';
import { reason } from '#contracts/events/order-commands.ts';
import { orderCommandReceipt } from '#contracts/http/orders.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { OrderActions } from '../order-actions.ts';
import { optionalIdempotencyKey } from './idempotency-key.ts';

/** `DELETE /v1/orders/{id}` */
export const cancelOrderRoute = (actions: Pick<OrderActions, 'request'>): Route =>
  route({
    method: 'delete',
    path: '/v1/orders/:id',
    summary: "Cancel an order of one's own",
    description:
      'Possible until it is being prepared; what was paid is given back. 202 means that the command is safe in Kafka: ' +
      'whether it came in time shows in the order.',
    tags: ['orders'],
    access: ['customer'],
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ reason: reason.optional() }),
    headers: z.object({ 'idempotency-key': optionalIdempotencyKey }),
    responses: {
      202: {
        description: 'The command is accepted',
        schema: orderCommandReceipt,
        headers: { Location: 'Where the order is' },
      },
    },
    problems: ['not-found', 'action-not-allowed', 'dependency-unavailable', 'outcome-unknown'],
    handler: async ({ params, query, headers, identity }) => {
      const receipt = await actions.request({
        orderId: params.id.toLowerCase(),
        action: 'cancel',
        actor: 'customer',
        identity,
        reason: query.reason,
        idempotencyKey: headers['idempotency-key'],
      });
      return { status: 202, headers: { Location: `/v1/orders/${receipt.orderId}` }, body: receipt };
    },
  });
