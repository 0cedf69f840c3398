import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createAiApp } from './app.ts';
import { loadAiConfig } from './config.ts';
import { createAiContext } from './context.ts';

const exitCode = await run('ai-orchestrator', async (signal) => {
  const config = loadAiConfig(process.env);
  await using context = createAiContext(config);
  await using _server = await serveApi(createAiApp(config, context), config, context);
  await aborted(AbortSignal.any([signal, context.role.lost]));
});
process.exit(exitCode);
