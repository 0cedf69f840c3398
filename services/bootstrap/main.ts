import { aborted } from '#platform/lifecycle/abort.ts';
import { Periodic } from '#platform/lifecycle/periodic.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { type BootstrapOptions, bootstrap, type Rotation } from './bootstrap.ts';
import { type BootstrapConfig, loadBootstrapConfig } from './config.ts';
import { FolderAuthority, FolderParts } from './folder-secrets.ts';
import { apiOfThisPod, KubernetesAuthority, KubernetesParts } from './kubernetes-secrets.ts';
import { type Part, parts } from './parts.ts';

type Target = Pick<BootstrapOptions, 'authority' | 'store' | 'parts'>;

async function openTarget(config: BootstrapConfig): Promise<Target> {
  if (config.SECRETS_TARGET === 'folder') {
    return {
      authority: await FolderAuthority.open(config.AUTHORITY_DIRECTORY),
      store: new FolderParts(config.PARTS_DIRECTORY),
      parts: parts.filter(({ onlyOn }) => onlyOn === undefined),
    };
  }
  const { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, SERVICE_ACCOUNT_DIRECTORY } = config;
  const api = await apiOfThisPod(KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT, SERVICE_ACCOUNT_DIRECTORY);
  const { MONITORING_NAMESPACE: monitoring } = config;
  const namespaces = { platform: api.namespace, monitoring: monitoring ?? api.namespace };
  const placeOf = (name: string): Part['place'] =>
    parts.find((part) => part.name === name)?.place ?? 'platform';
  return {
    authority: new KubernetesAuthority(api),
    store: new KubernetesParts(api, namespaces, placeOf),
    parts: parts.filter(({ place }) => place === 'platform' || monitoring !== undefined),
  };
}

function rotationOf(argument: string | undefined): Rotation | undefined {
  if (argument === undefined || argument === 'certificates' || argument === 'authority') return argument;
  throw new Error(`"${argument}" can't be rotated: give certificates, authority or nothing.`);
}

const exitCode = await run('bootstrap', async (signal) => {
  const rotation = rotationOf(process.argv[2]);
  const config = loadBootstrapConfig(process.env);
  const log = createLogger('bootstrap', config.LOG_LEVEL);
  const work = async (): Promise<void> => {
    const made = await bootstrap({
      ...(await openTarget(config)),
      passwords: config.BOOTSTRAP_PASSWORDS,
      certificates: config.BOOTSTRAP_CERTIFICATES,
      lifetimeMs: config.CERTIFICATE_LIFETIME,
      rotation,
      now: new Date(),
    });
    log.info({ made }, 'secrets and certificates are there');
  };
  await work();
  if (config.BOOTSTRAP_INTERVAL === undefined) return;
  const again = async (): Promise<boolean> => work().then(() => false);
  await using _renewal = new Periodic(
    { name: 'renewal', intervalMs: config.BOOTSTRAP_INTERVAL, work: again },
    log,
  );
  await aborted(signal);
});
process.exit(exitCode);
