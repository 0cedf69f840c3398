import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createConsumerApp } from './app.ts';
import { loadConsumerConfig } from './config.ts';
import { createConsumerContext } from './context.ts';

const exitCode = await run('consumer', async (signal) => {
  const config = loadConsumerConfig(process.env);
  await using context = createConsumerContext(config);
  const { log, health, tls } = context;
  await using _server = await serve(createConsumerApp({ config, log, health }), {
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
