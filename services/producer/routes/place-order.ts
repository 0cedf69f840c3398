import { z } from 'zod';
import { order, placeOrderRequest } from '#contracts/http/orders.ts';
import { idempotencyKey } from '#platform/http/idempotency-key.ts';
import { type Route, route } from '#platform/http/route.ts';
import { ownCustomerId } from '../domain/ownership.ts';
import type { OrderAcceptance } from '../order-acceptance.ts';

const requiredKey = idempotencyKey.describe(
  'Chosen by the client for each order; a repeat with the same key never places a second order.',
);

/** `POST /v1/orders` */
export const placeOrderRoute = (acceptance: Pick<OrderAcceptance, 'accept'>): Route =>
  route({
    method: 'post',
    path: '/v1/orders',
    beginsWork: true,
    summary: 'Place an order',
    description:
      'Prices the order by the menu and accepts it. 202 means that it is safe on every in-sync replica of Kafka. ' +
      'After a 503, or without an answer, repeat the request with the same Idempotency-Key.',
    tags: ['orders'],
    access: ['customer'],
    headers: z.object({ 'idempotency-key': requiredKey }),
    body: placeOrderRequest,
    responses: {
      202: {
        description: 'The order is accepted',
        schema: order,
        headers: {
          Location: 'Where the order is',
          'Idempotency-Replayed': '`true` when this is the answer to an earlier request with this key',
        },
      },
    },
    problems: [
      'idempotency-key-missing',
      'idempotency-key-reused',
      'dependency-unavailable',
      'outcome-unknown',
    ],
    handler: async ({ body, headers, identity }) => {
      const customerId = ownCustomerId(identity, body.customerId, 'body.customerId');
      const request = { ...body, customerId };
      const { order: accepted, replayed } = await acceptance.accept(request, headers['idempotency-key']);
      const location = { Location: `/v1/orders/${accepted.id}` };
      return {
        status: 202,
        headers: replayed ? { ...location, 'Idempotency-Replayed': 'true' } : location,
        body: accepted,
      };
    },
  });
