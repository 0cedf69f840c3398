import type Koa from 'koa';
import { serve } from '../http/serve.ts';
import type { ServiceConfig } from './schema.ts';
import type { Service } from './service.ts';

type Served = Pick<ServiceConfig, 'HTTP_HOST' | 'HTTP_PORT' | 'HTTP_DRAIN_DELAY'>;

/** Serves the API of a service where its configuration says; drains when it is disposed. */
export const serveApi = (
  app: Koa,
  config: Served,
  { log, health, tls }: Pick<Service, 'log' | 'health' | 'tls'>,
): ReturnType<typeof serve> =>
  serve(app, {
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    drainDelayMs: config.HTTP_DRAIN_DELAY,
    log,
    tls,
  });
