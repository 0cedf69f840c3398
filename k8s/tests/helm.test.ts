import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type RunResult, run } from '../../scripts/docker/run.ts';
import { chartFiles, chartFolder, obsoleteFiles } from '../../scripts/helm/chart-files.ts';
import { helmProgram } from '../../scripts/helm/helm-program.ts';
import { idOf, overlayObjects } from '../../scripts/helm/overlay-objects.ts';
import { chartReleases, immutableFields } from '../../scripts/helm/releases.ts';
import { packageChart, serveCharts } from '../../scripts/helm/repository.ts';
import { smokeTest } from '../../scripts/helm/smoke-test.ts';
import { staleFiles } from '../../scripts/kubernetes/generated-files.ts';
import { type Manifest, overlays, parseManifests } from '../../scripts/kubernetes/manifests.ts';
import { workloadsOf } from '../../scripts/kubernetes/pods.ts';
import { MemoryRegistry } from './memory-registry.ts';

const { signal } = new AbortController();
const chart = join(repositoryRoot, chartFolder);

let program = '';
// Building its image takes minutes, once.
beforeAll(async () => {
  program = await helmProgram(signal);
}, 1_200_000);

const helm = (args: readonly string[], env: Record<string, string> = {}): Promise<RunResult> =>
  run(program, args, { env });

async function template(...args: readonly string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await helm(['template', 'go-coffee', chart, '--skip-tests', ...args]);
  expect(code, stderr).toBe(0);
  return parseManifests(stdout);
}
const valuesOf = (overlay: string): string[] => ['--values', join(chart, 'ci', `${overlay}-values.yaml`)];

const helmsOwn = ['checksum/configuration', 'helm.sh/resource-policy', 'ttlSecondsAfterFinished'];

/** Without what Kubernetes does not tell apart: nulls, the order of variables; and without what is Helm's own. */
function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    const nameOf = (item: unknown): string => (item as { name?: string }).name ?? '';
    return key === 'env' ? items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, below]) => below !== null && !helmsOwn.includes(name))
    .map(([name, below]) => [name, canonical(below, name)] as const)
    .filter(([name, below]) => name !== 'annotations' || Object.keys(below as object).length > 0);
  return Object.fromEntries(entries);
}

/** A Job of the chart has the revision in its name. */
const withoutRevision = (manifest: Manifest): Manifest =>
  manifest.kind === 'Job'
    ? { ...manifest, metadata: { ...manifest.metadata, name: manifest.metadata.name.replace(/-1$/, '') } }
    : manifest;

const byId = (manifests: Iterable<Manifest>): Record<string, unknown> =>
  Object.fromEntries(
    [...manifests].map(withoutRevision).map((manifest) => [idOf(manifest), canonical(manifest)]),
  );

// Guard: the chart is the overlays (decision 12).
describe.each(overlays)('the chart with ci/%s-values.yaml', (overlay) => {
  test('makes the objects of the overlay, and no others', async () => {
    const objects = await overlayObjects(overlay);
    expect(objects.size).toBeGreaterThan(80);
    const rendered = byId(await template(...valuesOf(overlay)));
    expect(Object.keys(rendered).toSorted()).toEqual([...objects.keys()].toSorted());
    expect(rendered).toEqual(byId(objects.values()));
  });

  test('has nothing that Helm warns of', async () => {
    const { code, stdout, stderr } = await helm(['lint', chart, '--strict', ...valuesOf(overlay)]);
    expect(code, `${stdout}${stderr}`).toBe(0);
  });
});

describe('the chart', () => {
  test('is what ./coffee sync writes', async () => {
    const files = await chartFiles();
    expect(await staleFiles(files), 'run ./coffee sync').toEqual([]);
    expect(await obsoleteFiles(files), 'run ./coffee sync').toEqual([]);
  });

  test('restarts the pods whose configuration changes, and no others', async () => {
    const checksums = (manifests: readonly Manifest[]): Record<string, string | undefined> =>
      Object.fromEntries(
        manifests
          .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
          .map(({ metadata, spec }) => {
            const { annotations } = (
              spec as {
                template: { metadata: Manifest['metadata'] & { annotations?: Record<string, string> } };
              }
            ).template.metadata;
            return [metadata.name, annotations?.['checksum/configuration']];
          }),
      );
    const [before, after] = [
      checksums(await template()),
      checksums(await template('--set', 'environment.producer.LOG_LEVEL=debug')),
    ];
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(['producer']);
  });

  // Guard: what null has removed stays removed in an upgrade with --reuse-values, where no chart's value stands against it.
  test('has no setting without a value', async () => {
    const manifests = await template('--set', 'environment.kafka.KAFKA_REMOVED=null');
    const { data } = manifests.find(({ metadata }) => metadata.name === 'kafka-environment') as Manifest & {
      data: Record<string, unknown>;
    };
    expect(data).toHaveProperty('KAFKA_DEFAULT_REPLICATION_FACTOR');
    expect(data).not.toHaveProperty('KAFKA_REMOVED');
  });

  test('keeps namespaces and volumes when it is uninstalled', async () => {
    const kept = (await template()).filter(({ metadata }) =>
      JSON.stringify(metadata).includes('"helm.sh/resource-policy":"keep"'),
    );
    expect(new Set(kept.map(({ kind }) => kind))).toEqual(new Set(['Namespace', 'PersistentVolumeClaim']));
  });

  test('takes images by digest and from another registry', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const manifests = await template(
      '--set',
      `imageRegistry=registry.example.com/mirror,images.redis.tag=,images.redis.digest=${digest}`,
    );
    const redis = JSON.stringify(
      manifests.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'redis'),
    );
    expect(redis).toContain(`"image":"registry.example.com/mirror/redis@${digest}"`);
  });

  test('gives the pods of a Job that it waits for a name of the revision, and lets them be', async () => {
    const jobs = (await template()).filter(({ kind }) => kind === 'Job');
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(['bootstrap-1']);
    for (const { spec } of jobs) expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test.each([
    ['a value that is none', 'kafka.brokers=3', 'brokers'],
    ['a wrong type', 'autoscaling.enabled=perhaps', 'enabled'],
    ['no broker', 'kafka.replicas=0', 'replicas'],
    ['a digest that is none', 'images.redis.digest=sha256:abc', 'digest'],
    ['a number for a setting', 'environment.producer.HTTP_PORT=8080', 'HTTP_PORT'],
  ])('refuses %s by its name', async (_what, value, name) => {
    const { code, stderr } = await helm(['template', 'go-coffee', chart, '--set', value]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(name);
  });

  test('tells after an installation what comes next', async () => {
    const { code, stdout, stderr } = await helm(['install', 'mine', chart, '--dry-run=client']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('helm test mine && kubectl -n go-coffee-platform logs smoke-test');
  });

  test('has a test that orders from inside, and that nothing else runs', async () => {
    const { stdout } = await helm(['template', 'go-coffee', chart]);
    const hooks = parseManifests(stdout).filter(({ metadata }) =>
      JSON.stringify(metadata).includes('"helm.sh/hook":"test"'),
    );
    expect(byId(hooks)).toEqual(byId(await smokeTest()));
    expect(workloadsOf(await template()).map(({ name }) => name)).not.toContain('smoke-test');
  });
});

// Guard: an upgrade with the values of a release neither fails nor stops halfway.
describe.each(await chartReleases())('an upgrade from $version', ({ values, fields }) => {
  test('takes all of its values and changes nothing that can not be changed', async () => {
    const manifests = await template('--values', values);
    expect(Object.keys(fields).length).toBeGreaterThan(20);
    expect(immutableFields(manifests)).toMatchObject(fields);
  });
});

describe('the repository', () => {
  test('is one that helm takes charts from', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'go-coffee-helm-'));
    const own = Object.fromEntries(
      ['CACHE', 'CONFIG', 'DATA'].map((kind) => [`HELM_${kind}_HOME`, join(folder.path, kind)]),
    );
    const charts = await packageChart(signal, join(folder.path, 'repository'));
    expect(charts.files).toEqual([expect.stringMatching(/^go-coffee-platform-[\d.]+\.tgz$/), 'index.yaml']);
    const serving = new AbortController();
    const { promise: listening, resolve } = Promise.withResolvers<number>();
    const served = serveCharts(charts, 0, serving.signal, resolve);
    try {
      const added = await helm(['repo', 'add', 'go-coffee', `http://127.0.0.1:${await listening}`], own);
      expect(added.code, added.stderr).toBe(0);
      const rendered = await helm(
        ['template', 'go-coffee', 'go-coffee/go-coffee-platform', '--skip-tests'],
        own,
      );
      expect(rendered.code, rendered.stderr).toBe(0);
      expect(byId(parseManifests(rendered.stdout))).toEqual(byId(await template()));
    } finally {
      serving.abort();
      await served;
    }
  });

  test('can be an OCI registry', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'go-coffee-helm-'));
    await using registry = await MemoryRegistry.start();
    const { files } = await packageChart(signal, folder.path);
    const archive = files.find((file) => file.endsWith('.tgz')) ?? '';
    const address = `oci://127.0.0.1:${registry.port}/charts`;
    const pushed = await helm(['push', join(folder.path, archive), address, '--plain-http']);
    expect(pushed.code, pushed.stderr).toBe(0);
    const chartThere = `${address}/go-coffee-platform`;
    const rendered = await helm(['template', 'go-coffee', chartThere, '--plain-http', '--skip-tests']);
    expect(rendered.code, rendered.stderr).toBe(0);
    expect(byId(parseManifests(rendered.stdout))).toEqual(byId(await template()));
  });
});
