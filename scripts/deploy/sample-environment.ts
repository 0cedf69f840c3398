import type { Manifest } from '../kubernetes/manifests.ts';
import type { DeployOptions } from './options.ts';

const namespace = 'go-coffee-platform';

const labels = (name: string) => ({ 'app.kubernetes.io/name': name, 'go-coffee.dev/colour': 'blue' });

const workload = (name: string, image: string, init: object[] = []): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels(name) },
    template: {
      metadata: { labels: labels(name) },
      spec: {
        serviceAccountName: name,
        initContainers: init,
        containers: [{ name, image }],
        volumes: [{ name: 'tmp' }, { name: 'secrets' }, { name: 'migrate-secrets' }],
      },
    },
  },
});

const service = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { 'app.kubernetes.io/name': name }, ports: [{ port: 8080 }] },
});

const autoscaler = (name: string): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace },
  spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 2, maxReplicas: 8 },
});

const budget = (name: string): Manifest => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { minAvailable: 1, selector: { matchLabels: labels(name) } },
});

const prepared = ['producer', 'consumer'] as const;

const bootstrap = (image: string): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'bootstrap', namespace },
  spec: { template: { spec: { containers: [{ name: 'bootstrap', image }] } } },
});

/** As much of an environment as a deployment looks at. @param tag of our images @param services of the version */
export function sampleEnvironment(tag: string, services: readonly string[] = prepared): Manifest[] {
  const image = `go-coffee/service:${tag}`;
  const mounts = [{ name: 'tmp' }, { name: 'migrate-secrets' }];
  const migrate = { name: 'migrate', image, volumeMounts: mounts };
  const edge = workload('edge', 'owasp/modsecurity-crs:4');
  const { template } = edge.spec as { template: { metadata: { labels: Record<string, string> } } };
  template.metadata.labels = { 'app.kubernetes.io/name': 'edge' };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    edge,
    service('edge'),
    bootstrap(image),
    ...services
      .toSorted()
      .flatMap((name) => [
        workload(name, image, name === 'consumer' ? [migrate] : []),
        service(name),
        autoscaler(name),
        budget(name),
      ]),
  ];
}

export const sampleTools: readonly Manifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'tools', namespace, labels: { 'app.kubernetes.io/name': 'tools' } },
    spec: { containers: [{ name: 'tools', image: 'go-coffee/tools:1', args: [] }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'tools', namespace },
    spec: {},
  },
];

export const sampleOptions = (imageTag: string): DeployOptions => ({
  environment: 'staging',
  imageTag,
  toolsTag: imageTag,
  registry: undefined,
  namespace,
  dryRun: false,
  skipTests: false,
  watchMs: 60_000,
  keepMs: 30_000,
});
