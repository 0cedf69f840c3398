import { stringify } from 'yaml';
import type { ComposeConfig, ComposeService } from './compose-config.ts';

/** Which workload of k8s/base runs a Compose service. */
export interface Placement {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job';
  /** The workload and its folder below k8s/base. */
  readonly workload: string;
  /** Runs as an init container of that workload. */
  readonly init?: true;
}

const deployment = (workload: string): Placement => ({ kind: 'Deployment', workload });
const statefulSet = (workload: string): Placement => ({ kind: 'StatefulSet', workload });

/** Every service of compose.yaml. */
export const placements: Readonly<Record<string, Placement>> = {
  bootstrap: { kind: 'Job', workload: 'bootstrap' },
  kafka: statefulSet('kafka'),
  postgres: statefulSet('postgres'),
  redis: statefulSet('redis'),
  migrate: { kind: 'Deployment', workload: 'consumer', init: true },
  producer: deployment('producer'),
  consumer: deployment('consumer'),
  streams: deployment('streams'),
  'otel-collector': deployment('otel-collector'),
  jaeger: deployment('jaeger'),
  prometheus: statefulSet('prometheus'),
};

const secretsFolder = '/run/go-coffee/secrets/';

/** The secrets that variables such as DATABASE_PASSWORD_FILE name. */
const secretsOf = ({ environment }: ComposeService): string[] =>
  Object.entries(environment)
    .filter(([name, value]) => name.endsWith('_FILE') && value?.startsWith(secretsFolder))
    .map(([, value]) => value?.slice(secretsFolder.length) ?? '')
    .sort();

function container(name: string, { command, mem_limit, cpus }: ComposeService): object {
  if (mem_limit === undefined || cpus === undefined)
    throw new Error(`compose.yaml: ${name} has no mem_limit or no cpus.`);
  return {
    name,
    ...(command ? { args: command } : {}),
    resources: { limits: { cpu: String(cpus), memory: `${mem_limit / 2 ** 20}Mi` } },
  };
}

/**
 * What compose.yaml says of a workload's containers, as a patch of its manifest: arguments, limits, and the secrets that
 * the environment names.
 */
export function composePatch({ services }: ComposeConfig, workload: string): string {
  const placed = Object.entries(placements).filter(([, placement]) => placement.workload === workload);
  const kind = placed[0]?.[1].kind;
  const containers = (init: boolean): object[] =>
    placed.flatMap(([name, placement]) => {
      const service = services[name];
      return service && Boolean(placement.init) === init ? [container(name, service)] : [];
    });
  // An init container's are in its manifest: it reads a folder of them.
  const secrets = placed.flatMap(([name, { init }]) =>
    services[name] && !init ? secretsOf(services[name]) : [],
  );
  const sources = secrets.map((name) => ({ secret: { name } }));
  const volume = { name: 'secrets', projected: { defaultMode: 0o440, sources } };
  const initContainers = containers(true);
  const pod = {
    ...(initContainers.length > 0 ? { initContainers } : {}),
    containers: containers(false),
    ...(sources.length > 0 ? { volumes: [volume] } : {}),
  };
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return stringify(
    { apiVersion, kind, metadata: { name: workload }, spec: { template: { spec: pod } } },
    { lineWidth: 0, version: '1.1' },
  );
}
