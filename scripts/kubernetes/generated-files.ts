import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { stringify } from 'yaml';
import { dashboardFiles } from '../dashboards/dashboards.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { readVersions } from '../images/ensure.ts';
import { type ComposeConfig, renderCompose } from './compose-config.ts';
import { composePatch, placements } from './compose-patch.ts';
import { imageVariables } from './image-variables.ts';
import { secretManifests } from './secret-manifests.ts';

const origin = (source: string): string => `# Written by ./coffee sync from ${source}; do not edit.\n`;

/** Where the environment of a Compose service goes; those that are not here have none, or one of their own. */
const environmentFiles: Readonly<Record<string, string>> = {
  kafka: 'k8s/base/kafka/compose.env',
  postgres: 'k8s/base/postgres/compose.env',
  redis: 'k8s/base/redis/compose.env',
  edge: 'k8s/base/edge/compose.env',
  producer: 'k8s/base/producer/compose.env',
  consumer: 'k8s/base/consumer/compose.env',
  migrate: 'k8s/base/consumer/migrate.compose.env',
  streams: 'k8s/base/streams/compose.env',
  'ai-orchestrator': 'k8s/base/ai-orchestrator/compose.env',
  anvil: 'k8s/base/anvil/compose.env',
  'chain-setup': 'k8s/base/web3-payment/chain-setup.compose.env',
  'web3-payment': 'k8s/base/web3-payment/compose.env',
  console: 'k8s/base/console/compose.env',
  'otel-collector': 'k8s/base/otel-collector/compose.env',
  jaeger: 'k8s/base/jaeger/compose.env',
  tempo: 'k8s/base/tempo/compose.env',
  loki: 'k8s/base/loki/compose.env',
  'alert-inbox': 'k8s/base/alert-inbox/compose.env',
  grafana: 'k8s/base/grafana/compose.env',
};

/** Parts whose start scripts and configuration are below infrastructure/, a folder each: they are also used one by one. */
const infrastructure = ['kafka', 'postgres', 'redis', 'edge', 'anvil'] as const;

function imagesComponent(versions: Readonly<Record<string, string | undefined>>): string {
  const entries = imageVariables.map((variable) => {
    const image = versions[variable];
    if (!image) throw new Error(`.env has no ${variable}, which k8s/ needs.`);
    const name = image.slice(0, image.lastIndexOf(':'));
    const tag = image.slice(image.lastIndexOf(':') + 1);
    return `  - name: ${variable}\n    newName: ${name}\n    newTag: ${JSON.stringify(tag)}\n`;
  });
  return `${origin('.env')}apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n${entries.join('')}`;
}

function environmentFile(compose: ComposeConfig, service: string): string {
  const lines = Object.entries(compose.services[service]?.environment ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value ?? ''}\n`);
  return `${origin(`compose.yaml (service ${service})`)}${lines.join('')}`;
}

/** One ConfigMap a service, with the files below a folder that Compose mounts into it. */
function configurationFiles(compose: ComposeConfig, name: string, namespace: string): string {
  const folder = join(repositoryRoot, name);
  const generators = Object.entries(compose.services).flatMap(([service, { volumes }]) => {
    const files = volumes
      .filter(({ type, source = '' }) => type === 'bind' && source.startsWith(`${folder}/`))
      .map(({ source = '' }) => `      - ${relative(folder, source)}\n`);
    return files.length > 0 ? [`  - name: ${service}\n    files:\n${files.join('')}`] : [];
  });
  return `${origin('compose.yaml: the files that it mounts')}namespace: ${namespace}\nconfigMapGenerator:\n${generators.join('')}`;
}

/** Gives a ConfigMap of observability/ another file in the place of one that it has. */
async function configurationPatch(name: string, file: string): Promise<string> {
  const data = { [basename(file)]: await readFile(join(repositoryRoot, file), 'utf8') };
  const metadata = { name, namespace: 'go-coffee-monitoring' };
  return `${origin(file)}${stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, { lineWidth: 0 })}`;
}

/** What the component `grafana` changes, by the ConfigMap's name: where the profile `full` differs from `closed`. */
const withStores = {
  'otel-collector': 'observability/collector/profile-full/backends.yaml',
  prometheus: 'observability/prometheus/profile-full/telemetry.yml',
} as const;

/** Everything that Kustomize needs and that is said elsewhere: contents by path from the repository's root. */
export async function generatedFiles(signal?: AbortSignal): Promise<Map<string, string>> {
  const [compose, versions] = await Promise.all([renderCompose(signal), readVersions({})]);
  const files = new Map<string, string>();
  files.set('k8s/components/images/kustomization.yaml', imagesComponent(versions));
  const observability = configurationFiles(compose, 'observability', 'go-coffee-monitoring');
  files.set('observability/kustomization.yaml', observability);
  for (const [name, file] of Object.entries(withStores))
    files.set(`k8s/components/grafana/${name}.patch.yaml`, await configurationPatch(name, file));
  for (const part of infrastructure) {
    const folder = `infrastructure/${part}`;
    files.set(`${folder}/kustomization.yaml`, configurationFiles(compose, folder, 'go-coffee-platform'));
  }
  for (const [path, content] of dashboardFiles()) files.set(path, content);
  for (const [path, content] of secretManifests())
    files.set(path, `${origin('services/bootstrap/parts.ts')}${content}`);
  for (const [service, path] of Object.entries(environmentFiles)) {
    files.set(path, environmentFile(compose, service));
  }
  for (const workload of new Set(Object.values(placements).map((placement) => placement.workload))) {
    const patch = `${origin('compose.yaml')}${composePatch(compose, workload)}`;
    files.set(`k8s/base/${workload}/compose.patch.yaml`, patch);
  }
  return files;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(repositoryRoot, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The paths whose files are not what they should be. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, content] of files) if ((await textOf(path)) !== content) stale.push(path);
  return stale;
}

export async function writeFiles(
  files: ReadonlyMap<string, string>,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const target = join(repositoryRoot, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, files.get(path) ?? '');
  }
}

export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(repositoryRoot, path));
}
