import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createProducerApp } from './app.ts';
import { loadProducerConfig } from './config.ts';
import { createContext } from './context.ts';

const exitCode = await run('producer', async (signal) => {
  const config = loadProducerConfig(process.env);
  await using context = createContext(config);
  const { host, port, drainDelayMs } = config.http;
  const { health, log, tls } = context;
  await using _server = await serve(createProducerApp(context), {
    host,
    port,
    health,
    drainDelayMs,
    log,
    tls,
  });
  await aborted(signal);
});
process.exit(exitCode);
