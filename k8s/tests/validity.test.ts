import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { type RunResult, run } from '../../scripts/docker/run.ts';
import { readVersions } from '../../scripts/images/ensure.ts';
import { componentOrder, writeCombination } from '../../scripts/kubernetes/combinations.ts';
import { overlayPath, overlays, renderText } from '../../scripts/kubernetes/manifests.ts';
import { readSchemas, schemaLocation, writeSchemas } from '../../scripts/kubernetes/schemas.ts';
import { ignoredScores, withoutSchema } from './exceptions.ts';

const folder = join(repositoryRoot, '.coffee', 'schemas');
const versions = await readVersions({});

beforeAll(async () => writeSchemas(await readSchemas(), folder));

/** kubeconform without any network: only what k8s/schemas has counts. */
function kubeconform(manifests: string): Promise<RunResult> {
  const image = versions.KUBECONFORM_IMAGE ?? '';
  const flags = [
    '-strict',
    '-summary',
    '-schema-location',
    schemaLocation('/schemas'),
    '-skip',
    withoutSchema.join(),
  ];
  const args = [
    'run',
    '--rm',
    '--interactive',
    '--network=none',
    `--volume=${folder}:/schemas:ro`,
    image,
    ...flags,
  ];
  return run('docker', args, { input: manifests });
}

function kubeScore(manifests: string): Promise<RunResult> {
  const image = versions.KUBE_SCORE_IMAGE ?? '';
  const ignored = Object.keys(ignoredScores).flatMap((name) => ['--ignore-test', name]);
  const flags = [
    'score',
    '--kubernetes-version=v1.36',
    '--output-format=ci',
    '--exit-one-on-warning',
    ...ignored,
    '-',
  ];
  return run('docker', ['run', '--rm', '--interactive', '--network=none', image, ...flags], {
    input: manifests,
  });
}

const folders = [...overlays.map(overlayPath), 'k8s/overlays/restore', 'k8s/overlays/region', 'k8s/tools'];

describe('the schemas of the API server', () => {
  test.each(folders)('have nothing against %s', async (path) => {
    const { code, stdout, stderr } = await kubeconform(await renderText(path));
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/Valid: [1-9]\d*, Invalid: 0, Errors: 0, Skipped: 0/);
  });

  test('have nothing against all components together', async () => {
    const { code, stdout } = await kubeconform(await renderText(await writeCombination([...componentOrder])));
    expect(code, stdout).toBe(0);
  });

  test.each([
    [
      'a field that does not exist',
      'terminationGracePeriodSeconds:',
      'terminationGracePeriod:',
      /additional properties 'terminationGracePeriod' not allowed/,
    ],
    ['a word for a number', 'periodSeconds: 2', 'periodSeconds: two', /got string, want integer/],
    [
      'a kind without schema',
      'kind: PriorityClass',
      'kind: PriorityKlass',
      /could not find schema for PriorityKlass/,
    ],
  ])('refuse %s', async (_what, from, to, message) => {
    const manifests = await renderText(overlayPath('local'));
    expect(manifests).toContain(from);
    const { code, stdout } = await kubeconform(manifests.replaceAll(from, to));
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });
});

describe('kube-score', () => {
  const critical = ({ stdout }: RunResult): string[] => {
    // Lines of what is right too: it did look.
    expect(stdout.match(/^\[OK\]/gm)?.length).toBeGreaterThan(50);
    return stdout.split('\n').filter((line) => line.startsWith('[CRITICAL]'));
  };

  test('finds nothing critical in overlays/production', async () => {
    expect(critical(await kubeScore(await renderText(overlayPath('production'))))).toEqual([]);
  });

  test.each([
    [
      'a container without limits',
      /limits:\n +cpu: .*\n +memory: .*\n/,
      'limits: {}\n',
      'CPU limit is not set',
    ],
    [
      'a writable root',
      /readOnlyRootFilesystem: true/,
      'readOnlyRootFilesystem: false',
      'writable root filesystem',
    ],
  ])('finds %s', async (_what, from, to, message) => {
    const manifests = await renderText(overlayPath('production'));
    expect(manifests).toMatch(from);
    const found = critical(await kubeScore(manifests.replace(from, to)));
    expect(found.join('\n')).toContain(message);
  });
});
