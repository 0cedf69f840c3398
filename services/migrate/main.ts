import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { activate } from './activate.ts';
import { loadMigrateConfig, parseTask } from './config.ts';
import { prepare } from './prepare.ts';

const exitCode = await run('migrate', async (signal) => {
  const config = loadMigrateConfig(process.env);
  const log = createLogger('migrate', config.LOG_LEVEL);
  const task = parseTask(process.argv.slice(2));
  if (task.activate) await activate(config, task.activate, log, signal);
  else await prepare(config, log, signal);
});
process.exit(exitCode);
