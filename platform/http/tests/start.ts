import { Health } from '#platform/lifecycle/health.ts';
import { type LogLine, recordingLog } from '#platform/testing/recording-log.ts';
import { type AppOptions, createApp } from '../app.ts';
import type { Route } from '../route.ts';
import { type RunningServer, type ServeOptions, serve } from '../serve.ts';

export interface TestServer extends RunningServer {
  readonly url: string;
  readonly health: Health;
  readonly lines: LogLine[];
}

/** Serves routes on a free port. */
export async function start(
  routes: readonly Route[],
  options: Partial<AppOptions> & Partial<Pick<ServeOptions, 'drainDelayMs' | 'limits' | 'tls'>> = {},
): Promise<TestServer> {
  const { log, lines } = recordingLog();
  const health = options.health ?? new Health(1_000);
  const app = createApp({
    log,
    info: { title: 'Test', version: '1', description: 'For tests' },
    routes,
    health,
    corsOrigins: ['https://coffee.example'],
    maxInFlight: 100,
    validateResponses: true,
    ...options,
  });
  const { drainDelayMs = 0, limits = {}, tls } = options;
  const server = await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs, log, limits, tls });
  return {
    port: server.port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`,
    health,
    lines,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      health[Symbol.dispose]();
    },
  };
}
