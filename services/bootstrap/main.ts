import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { loadBootstrapConfig } from './config.ts';
import { ensureSecrets } from './secrets.ts';

const exitCode = await run('bootstrap', async () => {
  const config = loadBootstrapConfig(process.env);
  const made = await ensureSecrets(config.SECRETS_DIRECTORY);
  createLogger('bootstrap', config.LOG_LEVEL).info({ made }, 'secrets are there');
});
process.exit(exitCode);
