import type { Manifest } from './manifests.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

export interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: { readonly path: string; readonly port: string | number; readonly scheme?: string };
  readonly tcpSocket?: { readonly port: string | number };
  readonly timeoutSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly configMap?: { readonly name: string };
  readonly projected?: { readonly sources: readonly { readonly secret?: { readonly name: string } }[] };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly priorityClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly runAsNonRoot?: boolean;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

/** A manifest that makes pods, with what they look like. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  readonly replicas: number;
  /** Volumes that a StatefulSet makes for each of its pods. */
  readonly claims: readonly string[];
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template?: Template;
  readonly jobTemplate?: { readonly spec: { readonly template: Template } };
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

const kinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests
    .filter(({ kind }) => kinds.has(kind))
    .map(({ kind, metadata, spec }) => {
      const { template, jobTemplate, replicas, volumeClaimTemplates = [] } = spec as WorkloadSpec;
      const found = template ?? jobTemplate?.spec.template;
      if (!found) throw new Error(`${kind} ${metadata.name} has no pod template.`);
      return {
        kind,
        name: metadata.name,
        namespace: metadata.namespace ?? 'default',
        podLabels: found.metadata?.labels ?? {},
        pod: found.spec,
        replicas: replicas ?? 1,
        claims: volumeClaimTemplates.map((claim) => claim.metadata.name),
      };
    });
}

/** The environment of a container as Kubernetes would make it: ConfigMaps first, then what it says itself. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name,
    );
    if (!map)
      throw new Error(
        `Container ${container.name} reads ConfigMap ${configMapRef?.name}, which is not there.`,
      );
    Object.assign(environment, map.data);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    environment[name] = value ?? `from ${valueFrom?.fieldRef?.fieldPath ?? 'elsewhere'}`;
  }
  return environment;
}

const units: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** A Kubernetes quantity such as `500m` or `512Mi` as a number of cores or bytes. */
export function quantity(text: string | number): number {
  const [, amount = '', unit = ''] = /^([\d.]+)(\w*)$/.exec(String(text)) ?? [];
  const factor = unit === '' ? 1 : units[unit];
  if (amount === '' || factor === undefined) throw new Error(`"${text}" is no quantity that is known here.`);
  return Number(amount) * factor;
}
