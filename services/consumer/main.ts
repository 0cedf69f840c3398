import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createConsumerApp } from './app.ts';
import { loadConsumerConfig } from './config.ts';
import { createConsumerContext } from './context.ts';

const exitCode = await run('consumer', async (signal) => {
  const config = loadConsumerConfig(process.env);
  await using context = createConsumerContext(config);
  const { log, health } = context;
  await using _server = await serveApi(createConsumerApp({ config, log, health }), config, context);
  await aborted(AbortSignal.any([signal, context.role.lost]));
});
process.exit(exitCode);
