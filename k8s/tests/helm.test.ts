import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type RunResult, run } from '../../scripts/docker/run.ts';
import { chartFiles, chartFolder, obsoleteFiles } from '../../scripts/helm/chart-files.ts';
import { idOf, overlayObjects } from '../../scripts/helm/overlay-objects.ts';
import { readVersions } from '../../scripts/images/ensure.ts';
import { staleFiles } from '../../scripts/kubernetes/generated-files.ts';
import { type Manifest, overlays, parseManifests } from '../../scripts/kubernetes/manifests.ts';

const versions = await readVersions({});

function helm(...args: readonly string[]): Promise<RunResult> {
  const volume = `--volume=${join(repositoryRoot, chartFolder)}:/chart:ro`;
  return run('docker', ['run', '--rm', '--network=none', volume, versions.HELM_IMAGE ?? '', ...args]);
}

async function template(...args: readonly string[]): Promise<Manifest[]> {
  const { code, stdout, stderr } = await helm('template', 'go-coffee', '/chart', '--skip-tests', ...args);
  expect(code, stderr).toBe(0);
  return parseManifests(stdout);
}

const own = ['checksum/configuration', 'helm.sh/resource-policy'];

/** Without what Kubernetes does not tell apart: nulls, the order of variables; and without what is Helm's own. */
function canonical(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    const nameOf = (item: unknown): string => (item as { name?: string }).name ?? '';
    return key === 'env' ? items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name, below]) => below !== null && !own.includes(name))
    .map(([name, below]) => [name, canonical(below, name)] as const)
    .filter(([name, below]) => name !== 'annotations' || Object.keys(below as object).length > 0);
  return Object.fromEntries(entries);
}

const byId = (manifests: Iterable<Manifest>): Record<string, unknown> =>
  Object.fromEntries([...manifests].map((manifest) => [idOf(manifest), canonical(manifest)]));

// Guard: the chart is the overlays (decision 12).
describe.each(overlays)('the chart with ci/%s-values.yaml', (overlay) => {
  test('makes the objects of the overlay, and no others', async () => {
    const objects = await overlayObjects(overlay);
    expect(objects.size).toBeGreaterThan(80);
    const rendered = byId(await template('--values', `/chart/ci/${overlay}-values.yaml`));
    expect(Object.keys(rendered).toSorted()).toEqual([...objects.keys()].toSorted());
    expect(rendered).toEqual(byId(objects.values()));
  });

  test('has nothing that Helm warns of', async () => {
    const { code, stdout, stderr } = await helm(
      'lint',
      '/chart',
      '--strict',
      '--values',
      `/chart/ci/${overlay}-values.yaml`,
    );
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

  test.each([
    ['a value that is none', 'kafka.brokers=3', 'brokers'],
    ['a wrong type', 'autoscaling.enabled=perhaps', 'enabled'],
    ['no broker', 'kafka.replicas=0', 'replicas'],
    ['a digest that is none', 'images.redis.digest=sha256:abc', 'digest'],
  ])('refuses %s by its name', async (_what, value, name) => {
    const { code, stderr } = await helm('template', 'go-coffee', '/chart', '--set', value);
    expect(code).not.toBe(0);
    expect(stderr).toContain(name);
  });
});
