import { stringify } from 'yaml';
import { secretName } from '../../services/bootstrap/kubernetes-secrets.ts';
import { parts } from '../../services/bootstrap/parts.ts';
import { hasSecrets } from '../../services/bootstrap/secrets.ts';
import type { ComposeConfig, ComposeService } from './compose-config.ts';
import { partOfVolume } from './compose-parts.ts';

/** Which workload of k8s/base runs a Compose service. */
export interface Placement {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job' | 'CronJob';
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
  renewal: { kind: 'CronJob', workload: 'renewal' },
  kafka: statefulSet('kafka'),
  postgres: statefulSet('postgres'),
  redis: statefulSet('redis'),
  migrate: { kind: 'Deployment', workload: 'consumer', init: true },
  edge: deployment('edge'),
  producer: deployment('producer'),
  consumer: deployment('consumer'),
  streams: deployment('streams'),
  'ai-orchestrator': deployment('ai-orchestrator'),
  anvil: statefulSet('anvil'),
  'chain-setup': { kind: 'Deployment', workload: 'web3-payment', init: true },
  'web3-payment': deployment('web3-payment'),
  console: deployment('console'),
  'otel-collector': statefulSet('otel-collector'),
  jaeger: deployment('jaeger'),
  tempo: statefulSet('tempo'),
  loki: statefulSet('loki'),
  prometheus: statefulSet('prometheus'),
  alertmanager: statefulSet('alertmanager'),
  'alert-inbox': statefulSet('alert-inbox'),
  grafana: statefulSet('grafana'),
};

/** The volume with the secrets of the part that a service mounts them of. */
function secretsVolume({ volumes }: ComposeService, name: string): object[] {
  const owners = volumes
    .filter(({ target }) => target === '/run/go-coffee/secrets')
    .map(({ source = '' }) => partOfVolume(source));
  const part = parts.find((candidate) => candidate.name === owners[0]);
  if (!part) return [];
  const names = [
    secretName(part.name, 'tls'),
    ...(hasSecrets(part) ? [secretName(part.name, 'secrets')] : []),
  ];
  return [
    { name, projected: { defaultMode: 0o440, sources: names.map((one) => ({ secret: { name: one } })) } },
  ];
}

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
 * What compose.yaml says of a workload's containers, as a patch of its manifest: arguments, limits, and the secrets of
 * its part.
 */
export function composePatch({ services }: ComposeConfig, workload: string): string {
  const placed = Object.entries(placements).filter(([, placement]) => placement.workload === workload);
  const kind = placed[0]?.[1].kind;
  const containers = (init: boolean): object[] =>
    placed.flatMap(([name, placement]) => {
      const service = services[name];
      return service && Boolean(placement.init) === init ? [container(name, service)] : [];
    });
  const volumes = placed.flatMap(([name, { init }]) =>
    services[name] ? secretsVolume(services[name], init ? `${name}-secrets` : 'secrets') : [],
  );
  const initContainers = containers(true);
  const pod = {
    ...(initContainers.length > 0 ? { initContainers } : {}),
    containers: containers(false),
    ...(volumes.length > 0 ? { volumes } : {}),
  };
  const apiVersion = kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
  const template = { template: { spec: pod } };
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: template } } : template;
  return stringify(
    { apiVersion, kind, metadata: { name: workload }, spec },
    { lineWidth: 0, version: '1.1' },
  );
}
