import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { loadMigrateConfig } from './config.ts';
import { prepare } from './prepare.ts';

const exitCode = await run('migrate', async (signal) => {
  const config = loadMigrateConfig(process.env);
  await prepare(config, createLogger('migrate', config.LOG_LEVEL), signal);
});
process.exit(exitCode);
