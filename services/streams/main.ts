import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createStreamsApp } from './app.ts';
import { loadStreamsConfig } from './config.ts';
import { createStreamsContext } from './context.ts';

const exitCode = await run('streams', async (signal) => {
  const config = loadStreamsConfig(process.env);
  await using context = createStreamsContext(config);
  const { log, health, tls } = context;
  const app = createStreamsApp(config, context);
  await using _server = await serve(app, {
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    drainDelayMs: config.HTTP_DRAIN_DELAY,
    log,
    tls,
  });
  // Before the server waits for its requests to end: these have no end.
  using _feed = context.feed;
  await aborted(signal);
});
process.exit(exitCode);
