import { z } from 'zod';
import type { Manifest } from '../kubernetes/manifests.ts';
import { workloadsOf } from '../kubernetes/pods.ts';
import type { Objects } from './overlay-objects.ts';

const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
const enabled = z.strictObject({ enabled: z.boolean() });

/** The chart's values; also its values.schema.json. Maps are by the name of a part, as in compose.yaml. */
export const chartValues = z.strictObject({
  imageRegistry: z
    .string()
    .describe('Goes in front of every repository, as in `registry.example.com/mirror`.'),
  images: z.record(
    z.string(),
    z.strictObject({
      repository: z.string().min(1),
      tag: z.string().describe('Empty where there is a digest.'),
      digest: z.string().regex(/^(sha256:[0-9a-f]{64})?$/),
    }),
  ),
  namespaces: z.strictObject({
    create: z.boolean().describe('With their quotas and Pod Security Standards.'),
  }),
  autoscaling: enabled.describe('Horizontal pod autoscalers; without them each service has one pod.'),
  disruptionBudgets: enabled,
  backup: enabled.describe('A daily backup of PostgreSQL into a volume of its own.'),
  kafka: z.strictObject({
    replicas: z.int().min(1).describe('Brokers; can not be changed once they have data.'),
  }),
  storageClass: z.string().describe("Of all volumes; empty is the cluster's default."),
  storage: z.record(z.string(), z.string()).describe('Sizes of volumes by part.'),
  autoscalers: z.record(
    z.string(),
    z.strictObject({
      minReplicas: z.int().min(1),
      maxReplicas: z.int().min(1),
      cpu: z.int().min(1).describe('Percent of what is requested.'),
      memory: z.int().min(1).describe('Percent of what is requested.'),
    }),
  ),
  resources: z
    .record(z.string(), z.strictObject({ requests: quantities.optional(), limits: quantities.optional() }))
    .describe('By container.'),
  environment: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.null()])))
    .describe('Settings by part, as compose.yaml has them; null removes one.'),
});
export type ChartValues = z.infer<typeof chartValues>;

interface Autoscaler {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly {
    readonly resource: {
      readonly name: 'cpu' | 'memory';
      readonly target: { readonly averageUtilization: number };
    };
  }[];
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

export const environmentSuffix = '-environment';

/** The claims of an object: of a StatefulSet, or itself. */
export function claimsOf(manifest: Manifest): readonly Claim[] {
  if (manifest.kind === 'PersistentVolumeClaim') return [manifest as unknown as Claim];
  return (
    (manifest.spec as { volumeClaimTemplates?: readonly Claim[] } | undefined)?.volumeClaimTemplates ?? []
  );
}

function imageValues(images: ReadonlyMap<string, string>): ChartValues['images'] {
  return Object.fromEntries(
    [...images].map(([image, name]) => {
      const at = image.lastIndexOf(':');
      return [name, { repository: image.slice(0, at), tag: image.slice(at + 1), digest: '' }];
    }),
  );
}

/** What of an overlay is a value of the chart. @param images their names in the chart by what `.env` calls them */
export function valuesOf(objects: Objects, images: ReadonlyMap<string, string>): ChartValues {
  const all = [...objects.values()];
  const ofKind = (kind: string): Manifest[] => all.filter((manifest) => manifest.kind === kind);
  const storage = all.flatMap((manifest) =>
    claimsOf(manifest).map((claim) => [manifest.metadata.name, claim.spec.resources.requests.storage]),
  );
  const autoscalers = ofKind('HorizontalPodAutoscaler').map(({ metadata, spec }) => {
    const { minReplicas, maxReplicas, metrics } = spec as Autoscaler;
    const targets = metrics.map(({ resource }) => [resource.name, resource.target.averageUtilization]);
    return [metadata.name, { minReplicas, maxReplicas, ...Object.fromEntries(targets) }];
  });
  const containers = workloadsOf(all).flatMap(({ pod }) => [
    ...(pod.initContainers ?? []),
    ...pod.containers,
  ]);
  const environments = ofKind('ConfigMap').filter(({ metadata }) =>
    metadata.name.endsWith(environmentSuffix),
  );
  const kafka = objects.get('StatefulSet go-coffee-platform/kafka')?.spec as
    | { replicas?: number }
    | undefined;
  return chartValues.parse({
    imageRegistry: '',
    images: imageValues(images),
    namespaces: { create: true },
    autoscaling: { enabled: autoscalers.length > 0 },
    disruptionBudgets: { enabled: ofKind('PodDisruptionBudget').length > 0 },
    backup: { enabled: objects.has('CronJob go-coffee-platform/postgres-backup') },
    kafka: { replicas: kafka?.replicas ?? 1 },
    storageClass: '',
    storage: Object.fromEntries(storage),
    autoscalers: Object.fromEntries(autoscalers),
    resources: Object.fromEntries(containers.map(({ name, resources = {} }) => [name, resources])),
    environment: Object.fromEntries(
      environments.map(({ metadata, data }) => [metadata.name.slice(0, -environmentSuffix.length), data]),
    ),
  });
}

type Tree = { readonly [key: string]: unknown };
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is no loss to keep where nothing uses it. */
const catalogues = new Set(['autoscalers', 'storage', 'resources']);

/** What has to be said beside `base` to get `wanted`; null removes. */
export function valueChanges(base: Tree, wanted: Tree, keep = false): Tree {
  const changes: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(wanted)])) {
    const [from, to] = [base[key], wanted[key]];
    if (isTree(from) && isTree(to)) {
      const below = valueChanges(from, to, keep || catalogues.has(key));
      if (Object.keys(below).length > 0) changes[key] = below;
    } else if (to === undefined) {
      if (!keep) changes[key] = null;
    } else if (from !== to) changes[key] = to;
  }
  return changes;
}
