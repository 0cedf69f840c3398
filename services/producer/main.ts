import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createProducerApp } from './app.ts';
import { loadProducerConfig } from './config.ts';
import { createContext } from './context.ts';

const exitCode = await run('producer', async (signal) => {
  const config = loadProducerConfig(process.env);
  await using context = createContext(config);
  await using _server = await serveApi(createProducerApp(context), config, context);
  await aborted(AbortSignal.any([signal, context.role.lost]));
});
process.exit(exitCode);
