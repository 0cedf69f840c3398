import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { image } from '#platform/testing/containers.ts';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { check } from '../../scripts/docker/run.ts';

/** Runs a program of an image over the files of `observability/<part>`. @returns its standard output */
async function over(part: string, imageVariable: string, ...command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const folder = join(repositoryRoot, 'observability', part);
  const { stdout } = await check('docker', [
    ...['run', '--rm', '--network', 'none', '--volume', `${folder}:/files:ro`, '--entrypoint', program],
    ...[image(imageVariable), ...args],
  ]);
  return stdout;
}

let ruleFiles: string[];
let testFiles: string[];
beforeAll(async () => {
  const list = async (folder: string): Promise<string[]> =>
    (await readdir(join(repositoryRoot, 'observability/prometheus', folder))).map(
      (name) => `/files/${folder}/${name}`,
    );
  [ruleFiles, testFiles] = await Promise.all([list('rules'), list('tests')]);
});

it('promtool takes all rules', async () => {
  expect(ruleFiles.length).toBe(2);
  expect(
    await over('prometheus', 'PROMETHEUS_IMAGE', 'promtool', 'check', 'rules', ...ruleFiles),
  ).not.toContain('FAILED');
});

// Guard: each alert finds its fault and nothing else (scripts/telemetry/rules.test.ts wants a test of both for each).
it('each alert fires for its fault and is quiet otherwise', async () => {
  expect(testFiles.length).toBe(2);
  expect(await over('prometheus', 'PROMETHEUS_IMAGE', 'promtool', 'test', 'rules', ...testFiles)).toContain(
    'SUCCESS',
  );
});

it.each(['alertmanager.yml', 'receivers.example.yml'])('amtool takes %s', async (file) => {
  expect(
    await over('alertmanager', 'ALERTMANAGER_IMAGE', 'amtool', 'check-config', `/files/${file}`),
  ).toContain('SUCCESS');
});

it.each([
  ['severity=page', 'team=orders', 'oncall'],
  ['severity=ticket', 'team=payments', 'payments-slack'],
  ['severity=ticket', 'team=security', 'security-mail'],
  ['severity=info', 'team=platform', 'inbox'],
])('the example tells of %s %s to %s', async (severity, team, receiver) => {
  const routed = await over(
    'alertmanager',
    'ALERTMANAGER_IMAGE',
    'amtool',
    'config',
    'routes',
    'test',
    '--config.file=/files/receivers.example.yml',
    severity,
    team,
  );
  expect(routed.trim().split(',')[0]).toBe(receiver);
});
