/** Whom a route is for: its roles, by name; or anyone. */
type Access =
  | 'anyone'
  | 'customer'
  | 'barista'
  | 'operator'
  | 'barista operator'
  | 'barista customer operator';

/**
 * Whom each route is for, as it was decided; probes are for anyone. The routes say it themselves, and their documents
 * follow them: only here does it show that a route has been opened.
 */
export const routeAccess: Readonly<Record<string, Readonly<Partial<Record<Access, readonly string[]>>>>> = {
  producer: {
    anyone: [
      'GET /v1/menu',
      'POST /v1/identity/accounts',
      'POST /v1/identity/tokens',
      'POST /v1/identity/tokens/refresh',
      'POST /v1/identity/tokens/revoke',
    ],
    customer: ['POST /v1/orders', 'DELETE /v1/orders/{id}'],
    barista: ['POST /v1/orders/{id}/actions'],
    operator: ['PUT /v1/identity/accounts/{username}/roles'],
    'barista customer operator': ['GET /v1/orders', 'GET /v1/orders/{id}', 'GET /v1/identity/accounts/me'],
  },
  consumer: {},
  streams: {
    operator: [
      'GET /v1/analytics/windows',
      'GET /v1/analytics/live',
      'GET /v1/analytics/stream',
      'GET /v1/analytics/anomalies',
      'GET /v1/analytics/history',
    ],
  },
  'ai-orchestrator': {
    customer: ['POST /v1/reviews'],
    operator: [
      'GET /v1/workflows',
      'POST /v1/workflows',
      'GET /v1/workflows/{id}',
      'POST /v1/workflows/{id}/execute',
      'GET /v1/runs',
      'GET /v1/runs/{id}',
      'POST /v1/runs/{id}/stop',
      'POST /v1/runs/{id}/retry',
      'GET /v1/schedules',
      'POST /v1/schedules',
      'DELETE /v1/schedules/{name}',
      'GET /v1/tasks',
      'GET /v1/tasks/{id}',
      'POST /v1/tasks/{id}/assign',
      'POST /v1/tasks/{id}/complete',
      'POST /v1/tasks/{id}/fail',
      'GET /v1/agents',
      'POST /v1/agents',
      'GET /v1/agents/{id}',
      'DELETE /v1/agents/{id}',
      'POST /v1/messages',
      'GET /v1/messages',
      'POST /v1/messages/broadcast',
      'GET /v1/reviews',
    ],
  },
  'web3-payment': {
    anyone: ['GET /v1/tokens/{symbol}/price', 'GET /v1/chains'],
    operator: ['POST /v1/payments/{id}/refund'],
    'barista operator': ['GET /v1/wallets/{address}/transactions'],
    'barista customer operator': [
      'POST /v1/payments',
      'GET /v1/payments',
      'GET /v1/payments/{id}',
      'POST /v1/payments/{id}/confirm',
      'POST /v1/payments/{id}/cancel',
      'POST /v1/payments/{id}/demo-wallet',
      'GET /v1/wallets/{address}/balance',
    ],
  },
  // What it relays, the service behind decides again, by the same token.
  console: {
    operator: [
      'GET /console/v1/session',
      'GET /console/v1/map',
      'GET /console/v1/metrics',
      'GET /console/v1/alerts',
      'GET /console/v1/traces',
      'GET /console/v1/traces/{id}',
      'GET /console/v1/logs',
      'GET /console/v1/kafka',
      'GET /console/v1/kafka/{topic}/messages',
      'GET /console/v1/orders/{id}/events',
      'GET /console/v1/feed',
      'GET /console/v1/figures',
      'GET /console/v1/anomalies',
      'GET /console/v1/payments',
      'POST /console/v1/payments/{id}/demo-wallet',
      'GET /console/v1/runs',
      'GET /console/v1/runs/{id}',
      'GET /console/v1/tasks',
      'POST /console/v1/tasks/{id}/complete',
      'POST /console/v1/tasks/{id}/fail',
      'GET /console/v1/notifications',
    ],
  },
  // Of the monitoring network, whose backends are all so (docs/security.md).
  'alert-inbox': { anyone: ['GET /v1/notifications', 'POST /v1/notifications'] },
};
