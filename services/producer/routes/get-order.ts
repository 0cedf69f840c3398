import { z } from 'zod';
import { order } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { OrderReader } from '../order-reader.ts';

/** `GET /v1/orders/{id}` */
export const getOrderRoute = (reader: OrderReader): Route =>
  route({
    method: 'get',
    path: '/v1/orders/:id',
    summary: 'Show an order',
    tags: ['orders'],
    access: 'anyone',
    params: z.strictObject({ id: z.uuid() }),
    responses: {
      200: { description: 'The order', schema: order, headers: { 'Cache-Control': 'Always `no-store`' } },
    },
    problems: ['not-found', 'dependency-unavailable'],
    handler: async ({ params }) => {
      const found = await reader.find(params.id.toLowerCase());
      if (!found) throw new AppError('not-found', 'There is no order with this id.');
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: found };
    },
  });
