import type Koa from 'koa';
import { menu } from '#contracts/http/menu.ts';
import {
  order,
  orderActionRequest,
  orderCommandReceipt,
  orderPage,
  placeOrderRequest,
} from '#contracts/http/orders.ts';
import { createApp } from '#platform/http/app.ts';
import type { ProducerContext } from './context.ts';
import { producerMessaging } from './messaging.ts';
import { actOnOrderRoute } from './routes/act-on-order.ts';
import { cancelOrderRoute } from './routes/cancel-order.ts';
import { getMenuRoute } from './routes/get-menu.ts';
import { getOrderRoute } from './routes/get-order.ts';
import { listOrdersRoute } from './routes/list-orders.ts';
import { placeOrderRoute } from './routes/place-order.ts';

/** The HTTP API of the producer. */
export function createProducerApp(context: ProducerContext): Koa {
  const { config, log, health } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: orders',
      version: '1',
      description: 'Place coffee orders and see what became of them.',
      schemas: {
        Menu: menu,
        Order: order,
        OrderActionRequest: orderActionRequest,
        OrderCommandReceipt: orderCommandReceipt,
        OrderPage: orderPage,
        PlaceOrderRequest: placeOrderRequest,
      },
    },
    routes: [
      placeOrderRoute(context.acceptance),
      listOrdersRoute(context.orders),
      getOrderRoute(context.orders),
      cancelOrderRoute(context.actions),
      actOnOrderRoute(context.actions),
      getMenuRoute(context.menu),
    ],
    verifier: context.verifier,
    messaging: producerMessaging,
    ...(config.HEALTH_CHECK_ENABLED ? { health } : {}),
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: config.HTTP_MAX_IN_FLIGHT,
    latencyTargetMs: config.HTTP_LATENCY_TARGET,
  });
}
