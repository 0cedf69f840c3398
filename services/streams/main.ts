import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createStreamsApp } from './app.ts';
import { loadStreamsConfig } from './config.ts';
import { createStreamsContext } from './context.ts';

const exitCode = await run('streams', async (signal) => {
  const config = loadStreamsConfig(process.env);
  await using context = createStreamsContext(config);
  await using _server = await serveApi(createStreamsApp(config, context), config, context);
  // Before the server waits for its requests to end: these have no end.
  using _feed = context.feed;
  await aborted(AbortSignal.any([signal, context.role.lost]));
});
process.exit(exitCode);
