import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createAiApp } from './app.ts';
import { loadAiConfig } from './config.ts';
import { createAiContext } from './context.ts';

const exitCode = await run('ai-orchestrator', async (signal) => {
  const config = loadAiConfig(process.env);
  await using context = createAiContext(config);
  const { log, health, tls } = context;
  await using _server = await serve(createAiApp(config, context), {
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
