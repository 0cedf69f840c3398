import { account, tokens } from '#contracts/http/identity.ts';
import { menu } from '#contracts/http/menu.ts';
import {
  order,
  orderActionRequest,
  orderCommandReceipt,
  orderPage,
  placeOrderRequest,
} from '#contracts/http/orders.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { Route } from '#platform/http/route.ts';
import type { ProducerContext } from './context.ts';
import type { IdentityModule } from './identity/identity.ts';
import { assignRolesRoute } from './identity/routes/assign-roles.ts';
import { refreshRoute } from './identity/routes/refresh.ts';
import { registerRoute } from './identity/routes/register.ts';
import { showAccountRoute } from './identity/routes/show-account.ts';
import { signInRoute } from './identity/routes/sign-in.ts';
import { signOutRoute } from './identity/routes/sign-out.ts';
import { producerMessaging } from './messaging.ts';
import { actOnOrderRoute } from './routes/act-on-order.ts';
import { cancelOrderRoute } from './routes/cancel-order.ts';
import { getMenuRoute } from './routes/get-menu.ts';
import { getOrderRoute } from './routes/get-order.ts';
import { listOrdersRoute } from './routes/list-orders.ts';
import { placeOrderRoute } from './routes/place-order.ts';

/** The HTTP API of the producer. */
export function createProducerApp(context: ProducerContext): Application {
  const { config, log, health, identity } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: orders',
      version: '1',
      description: 'Place coffee orders and see what became of them.',
      schemas: {
        ...(identity ? { Account: account, Tokens: tokens } : {}),
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
      ...(identity ? identityRoutes(identity) : []),
    ],
    verifier: context.verifier,
    limiter: context.limiter,
    messaging: producerMessaging,
    ...(config.HEALTH_CHECK_ENABLED ? { health } : {}),
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: config.HTTP_MAX_IN_FLIGHT,
    latencyTargetMs: config.HTTP_LATENCY_TARGET,
  });
}

const identityRoutes = ({ signIn, store }: IdentityModule): readonly Route[] => [
  registerRoute(signIn),
  signInRoute(signIn),
  refreshRoute(signIn),
  signOutRoute(signIn),
  showAccountRoute(store),
  assignRolesRoute(store),
];
