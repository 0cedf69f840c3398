import type { Application } from '../http/app.ts';
import { type RunningServer, serve } from '../http/serve.ts';
import type { ServiceConfig } from './schema.ts';
import type { Service } from './service.ts';

type Served = Pick<ServiceConfig, 'HTTP_HOST' | 'HTTP_PORT' | 'HTTP_DRAIN_DELAY'>;

/**
 * Serves the API of a service where its configuration says; drains when it is disposed. At SIGUSR2 readiness fails and it goes
 * on serving: whoever stops it can wait until nobody sends anything any more, instead of for some time.
 */
export async function serveApi(
  app: Application,
  config: Served,
  { log, health, tls }: Pick<Service, 'log' | 'health' | 'tls'>,
): Promise<RunningServer> {
  const leave = (): void => health.drain();
  process.on('SIGUSR2', leave);
  const server = await serve(app, {
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    drainDelayMs: config.HTTP_DRAIN_DELAY,
    log,
    tls,
  });
  return {
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      process.off('SIGUSR2', leave);
    },
  };
}
