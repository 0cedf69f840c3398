import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { type BootstrapConfig, loadBootstrapConfig } from './config.ts';
import { FolderSecrets } from './folder-secrets.ts';
import { apiOfThisPod, KubernetesSecrets } from './kubernetes-secrets.ts';
import { ensureSecrets, type SecretStore } from './secrets.ts';

async function openStore(config: BootstrapConfig): Promise<SecretStore> {
  if (config.SECRETS_TARGET === 'folder') return FolderSecrets.open(config.SECRETS_DIRECTORY);
  const { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, SERVICE_ACCOUNT_DIRECTORY } = config;
  return new KubernetesSecrets(
    await apiOfThisPod(KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, SERVICE_ACCOUNT_DIRECTORY),
  );
}

const exitCode = await run('bootstrap', async () => {
  const config = loadBootstrapConfig(process.env);
  const made = await ensureSecrets(await openStore(config));
  createLogger('bootstrap', config.LOG_LEVEL).info({ made }, 'secrets are there');
});
process.exit(exitCode);
