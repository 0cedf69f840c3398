import { orderPage, orderQuery } from '#contracts/http/orders.ts';
import { type Route, route } from '#platform/http/route.ts';
import { ownCustomerId, seesAll } from '../domain/ownership.ts';
import type { OrderReader } from '../order-reader.ts';

/** `GET /v1/orders` */
export const listOrdersRoute = (reader: OrderReader): Route =>
  route({
    method: 'get',
    path: '/v1/orders',
    summary: 'List orders, newest first',
    description:
      'Customers see their own. An order shows up a moment after its acceptance; `GET /v1/orders/{id}` has it at once.',
    tags: ['orders'],
    access: ['customer', 'barista', 'operator'],
    query: orderQuery,
    responses: {
      200: {
        description: 'A page of orders',
        schema: orderPage,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['dependency-unavailable'],
    handler: async ({ query, identity }) => {
      const customerId = seesAll(identity)
        ? query.customerId
        : ownCustomerId(identity, query.customerId, 'query.customerId');
      const page = await reader.list({ ...query, customerId });
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: page };
    },
  });
