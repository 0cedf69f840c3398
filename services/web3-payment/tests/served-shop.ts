import { serve } from '#platform/http/serve.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { testVerifier } from '#platform/testing/tokens.ts';
import { createWeb3PaymentApp } from '../app.ts';
import type { Shop } from './shop.ts';

// A test asks as often as it likes.
const requestsPerMinute = 1_000_000;

/** The API of a shop on a free port, with a demo wallet: that has a route of its own. */
export async function serveShop(shop: Shop) {
  await using parts = new AsyncDisposableStack();
  const health = parts.use(new Health(60_000));
  const { database, desk, invoicing, chains } = shop;
  const { log } = shop.log;
  const config = {
    HEALTH_CHECK_ENABLED: true,
    CORS_ALLOWED_ORIGINS: [],
    CHAINS: chains.map(({ definition }) => definition),
    DEMO_WALLET_KEY: '0x00' as const,
  };
  const limiter = createRateLimiter({ requestsPerMinute });
  const context = { log, health, database, desk, invoicing, limiter, verifier: testVerifier() };
  const app = createWeb3PaymentApp(config, context);
  const server = parts.use(await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log }));
  const owned = parts.move();
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
