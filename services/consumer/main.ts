import { createApp } from '#platform/http/app.ts';
import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { loadConsumerConfig } from './config.ts';
import { createConsumerContext } from './context.ts';

const exitCode = await run('consumer', async (signal) => {
  const config = loadConsumerConfig(process.env);
  await using context = createConsumerContext(config);
  const { log, health, tls } = context;
  const app = createApp({
    log,
    info: {
      title: 'Go Coffee consumer',
      version: '1.0.0',
      description: 'Keeps the order book. Health only.',
    },
    routes: [],
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 100,
  });
  await using _server = await serve(app, {
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    drainDelayMs: config.HTTP_DRAIN_DELAY,
    log,
    tls,
  });
  await aborted(signal);
});
process.exit(exitCode);
