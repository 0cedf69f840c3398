import { expect, test } from 'vitest';
import { generatedFiles, staleFiles } from '../../scripts/kubernetes/generated-files.ts';

test('what ./coffee sync writes is up to date', async () => {
  const files = await generatedFiles();
  expect(files.size).toBeGreaterThan(5);
  expect(await staleFiles(files), 'run ./coffee sync').toEqual([]);
});

test('a file that differs is noticed', async () => {
  const files = await generatedFiles();
  const path = 'k8s/components/images/kustomization.yaml';
  files.set(path, `${files.get(path)}# changed\n`);
  files.set('k8s/base/not-there.env', '');
  expect(await staleFiles(files)).toEqual([path, 'k8s/base/not-there.env']);
});
