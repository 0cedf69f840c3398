import { z } from 'zod';
import { order } from '#contracts/http/orders.ts';
import { type Route, route } from '#platform/http/route.ts';
import { visible } from '../domain/ownership.ts';
import type { OrderReader } from '../order-reader.ts';

/** `GET /v1/orders/{id}` */
export const getOrderRoute = (reader: OrderReader): Route =>
  route({
    method: 'get',
    path: '/v1/orders/:id',
    summary: 'Show an order',
    tags: ['orders'],
    access: ['customer', 'barista', 'operator'],
    params: z.strictObject({ id: z.uuid() }),
    responses: {
      200: { description: 'The order', schema: order, headers: { 'Cache-Control': 'Always `no-store`' } },
    },
    problems: ['not-found', 'dependency-unavailable'],
    handler: async ({ params, identity }) => {
      const found = visible(identity, await reader.find(params.id.toLowerCase()));
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: found };
    },
  });
