import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { serveApi } from '#platform/service/serve-api.ts';
import { createConsoleApp } from './app.ts';
import { loadConsoleConfig } from './config.ts';
import { createConsoleContext } from './context.ts';

const exitCode = await run('console', async (signal) => {
  const config = loadConsoleConfig(process.env);
  await using context = createConsoleContext(config);
  await using _server = await serveApi(createConsoleApp(config, context), config, context);
  // Before the server waits for its requests to end: these have no end.
  await using _feed = context.feed;
  await aborted(signal);
});
process.exit(exitCode);
