import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createWeb3PaymentApp } from './app.ts';
import { loadWeb3PaymentConfig } from './config.ts';
import { createWeb3PaymentContext } from './context.ts';

const exitCode = await run('web3-payment', async (signal) => {
  const config = loadWeb3PaymentConfig(process.env);
  await using context = createWeb3PaymentContext(config);
  await using _server = await serveApi(createWeb3PaymentApp(config, context), config, context);
  await aborted(AbortSignal.any([signal, context.role.lost]));
});
process.exit(exitCode);
