import type { Manifest } from '../kubernetes/manifests.ts';
import { filled, filledBlock, filledWhereGiven, optionalItem, templateText } from './placeholders.ts';
import { claimsOf, environmentSuffix } from './values.ts';

const value = (map: string, name: string): string => `(index .Values.${map} ${JSON.stringify(name)})`;

// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind are changed in place, each where it says
type Editable = any;

/** On which value an object depends; undefined for those that are always there. */
function conditionOf({ kind, metadata }: Manifest): string | undefined {
  if (kind === 'Namespace' || kind === 'ResourceQuota' || kind === 'LimitRange')
    return '.Values.namespaces.create';
  if (metadata.name.startsWith('postgres-backup')) return '.Values.backup.enabled';
  if (kind === 'HorizontalPodAutoscaler') return '.Values.autoscaling.enabled';
  if (kind === 'PodDisruptionBudget') return '.Values.disruptionBudgets.enabled';
  return undefined;
}

/** Where the template of an object is, from the chart's `templates`. */
export function templatePath({ kind, metadata }: Manifest): string {
  const folder = (metadata.namespace ?? metadata.name).replace(/^go-coffee-/, '');
  const known = ['platform', 'monitoring'].includes(folder) ? folder : 'cluster';
  return `${known}/${metadata.name}.${kind.toLowerCase()}.yaml`;
}

/** A part's configuration: settings are values, files are the chart's own copies. */
function configMap(manifest: Editable, files: Map<string, string>): void {
  const { name } = manifest.metadata;
  if (name.endsWith(environmentSuffix)) {
    const settings = value('environment', name.slice(0, -environmentSuffix.length));
    manifest.data = filledBlock(`(include "go-coffee.given" ${settings} | fromYaml)`);
    return;
  }
  for (const [key, content] of Object.entries<string>(manifest.data)) {
    const path = `files/${name}/${key}`;
    files.set(path, content);
    manifest.data[key] = filled(`.Files.Get ${JSON.stringify(path)} | toJson`);
  }
}

function image(one: Editable, images: ReadonlyMap<string, string>): void {
  const name = images.get(one.image);
  if (!name) throw new Error(`Container ${one.name} runs ${one.image}, which .env does not name.`);
  one.image = filled(`include "go-coffee.image" (list $ ${JSON.stringify(name)}) | quote`);
}

function container(one: Editable, images: ReadonlyMap<string, string>): void {
  image(one, images);
  if (one.resources) one.resources = filledBlock(value('resources', one.name));
  for (const variable of one.env ?? [])
    if (variable.name === 'KAFKA_CONTROLLER_QUORUM_VOTERS')
      variable.value = filled('include "go-coffee.kafka.voters" . | quote');
}

/** Restarts the pods when their configuration changes, as Kustomize does by the names of ConfigMaps. */
function checksums(template: Editable, maps: readonly Manifest[], namespace: string): void {
  const named = new Set(JSON.stringify(template).match(/"configMap(Ref)?":\{[^}]*"name":"([^"]+)"/g) ?? []);
  const used = maps.filter(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      [...named].some((reference) => reference.includes(`"name":"${metadata.name}"`)),
  );
  if (used.length === 0) return;
  // Not in their own order, which follows from a hash of what they say.
  const paths = used.map(templatePath).toSorted();
  const parts = paths.map((path) => `(include (print $.Template.BasePath "/${path}") .)`);
  template.metadata ??= {};
  template.metadata.annotations = {
    ...template.metadata.annotations,
    'checksum/configuration': filled(`print ${parts.join(' ')} | sha256sum`),
  };
}

function workload(manifest: Editable, images: ReadonlyMap<string, string>, maps: readonly Manifest[]): void {
  if (manifest.kind === 'Pod') for (const one of manifest.spec.containers) image(one, images);
  const template = manifest.spec.template ?? manifest.spec.jobTemplate?.spec.template;
  if (!template) return;
  if (manifest.kind === 'Job') job(manifest);
  else checksums(template, maps, manifest.metadata.namespace);
  const { initContainers = [], containers } = template.spec;
  for (const one of [...initContainers, ...containers]) container(one, images);
  if (manifest.metadata.name === 'kafka') manifest.spec.replicas = filled('.Values.kafka.replicas');
}

/**
 * Helm waits for all that it made, and a Job that deletes itself would never be ready: it stays until the next revision,
 * which has one of its own, since a Job can't be changed.
 */
function job({ metadata, spec }: Editable): void {
  metadata.name = filled(`print "${metadata.name}-" .Release.Revision`);
  delete spec.ttlSecondsAfterFinished;
}

/** Data goes only when somebody says so: helm uninstall does not. */
function keep({ metadata }: Editable): void {
  metadata.annotations = { ...metadata.annotations, 'helm.sh/resource-policy': 'keep' };
}

function storage(manifest: Editable): void {
  for (const claim of claimsOf(manifest) as Editable[]) {
    claim.spec.storageClassName = filledWhereGiven('.Values.storageClass');
    claim.spec.resources.requests.storage = filled(`${value('storage', manifest.metadata.name)} | quote`);
  }
}

function autoscaler({ metadata, spec }: Editable): void {
  const values = value('autoscalers', metadata.name);
  spec.minReplicas = filled(`${values}.minReplicas`);
  spec.maxReplicas = filled(`${values}.maxReplicas`);
  for (const { resource } of spec.metrics)
    resource.target.averageUtilization = filled(`${values}.${resource.name}`);
}

/** The way of the backup into PostgreSQL is there when the backup is. */
function policy({ metadata, spec }: Editable): void {
  if (metadata.name !== 'postgres') return;
  spec.ingress = spec.ingress.flatMap((rule: Editable) =>
    JSON.stringify(rule).includes('"postgres-backup"')
      ? optionalItem('.Values.backup.enabled', rule)
      : [rule],
  );
}

/**
 * An object of an overlay as a template of the chart.
 * @param images their names in the chart by what `.env` calls them
 * @param files gets the files that the template reads, by path in the chart
 */
export function templateOf(
  manifest: Manifest,
  images: ReadonlyMap<string, string>,
  maps: readonly Manifest[],
  files: Map<string, string>,
): string {
  const copy: Editable = structuredClone(manifest);
  if (copy.kind === 'ConfigMap') configMap(copy, files);
  if (copy.kind === 'HorizontalPodAutoscaler') autoscaler(copy);
  if (copy.kind === 'NetworkPolicy') policy(copy);
  if (copy.kind === 'Namespace' || copy.kind === 'PersistentVolumeClaim') keep(copy);
  storage(copy);
  if (copy.spec) workload(copy, images, maps);
  const text = templateText(copy);
  const condition = conditionOf(manifest);
  return condition ? `{{- if ${condition} }}\n${text}{{- end }}\n` : text;
}
