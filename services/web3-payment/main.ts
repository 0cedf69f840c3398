import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createWeb3PaymentApp } from './app.ts';
import { loadWeb3PaymentConfig } from './config.ts';
import { createWeb3PaymentContext } from './context.ts';

const exitCode = await run('web3-payment', async (signal) => {
  const config = loadWeb3PaymentConfig(process.env);
  await using context = createWeb3PaymentContext(config);
  const { log, health, tls } = context;
  await using _server = await serve(createWeb3PaymentApp(config, context), {
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
