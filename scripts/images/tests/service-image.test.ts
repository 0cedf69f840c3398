import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../docker/repository.ts';
import { check, run } from '../../docker/run.ts';
import { copyWorkingTree } from '../../mutations/working-copy.ts';
import { buildServiceImage } from '../../stack/service-image.ts';
import { certificateBundle, proxySettings } from '../host.ts';
import { filesWith, pathsIn, unpackImage } from './image-files.ts';

const tags = { here: 'go-coffee/service:test-here', elsewhere: 'go-coffee/service:test-elsewhere' };
const { signal } = new AbortController();
const idOf = async (tag: string): Promise<string> =>
  (await check('docker', ['image', 'inspect', '--format={{.Id}}', tag])).stdout.trim();

let image: Awaited<ReturnType<typeof unpackImage>>;
beforeAll(async () => {
  await buildServiceImage(signal, () => undefined, { tag: tags.here });
  image = await unpackImage(tags.here);
});
afterAll(async () => {
  await image[Symbol.asyncDispose]();
  await check('docker', ['image', 'rm', '--force', ...Object.values(tags)]);
});

// Guard: whoever doubts that an image was made of these sources builds it and compares.
it('is the same image when it is built anew from a copy of the sources with other times', async () => {
  await using copy = await copyWorkingTree(repositoryRoot, signal);
  await buildServiceImage(signal, () => undefined, { folder: copy.path, tag: tags.elsewhere, anew: true });
  expect(await idOf(tags.elsewhere)).toBe(await idOf(tags.here));
});

describe('its layers', () => {
  it('have no shell, no package manager, no test and no file of a developer', async () => {
    const paths = await pathsIn(image.layers);
    expect(paths).toContain('nodejs/bin/node');
    expect(paths).toContain('app/services/producer/main.ts');
    const unwanted =
      /(^|\/)(sh|bash|dash|busybox|apt|apt-get|dpkg|npm|npx)$|^app\/(?!node_modules\/).*(\.test\.ts|\/tests\/)|(^|\/)(\.env|\.npmrc|\.git|id_rsa|[^/]*\.(key|p12|pfx))$/;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it('have no secret, and nothing of the machine that built them', async () => {
    const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
    const host = URL.canParse(registry) ? new URL(registry).host : undefined;
    const here = [
      ...Object.values(proxySettings()),
      ...(host && !/(^|\.)npmjs\.org$/.test(host) ? [host] : []),
      ...(await ownCertificates()),
      repositoryRoot,
    ];
    const patterns = [
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64,}/,
      /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
      /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
      /_authToken\s*=\s*\S{8,}/,
      ...here.map((text) => new RegExp(text.replaceAll(/[^\w]/g, '\\$&'))),
    ];
    expect(await filesWith(image.layers, patterns)).toEqual([]);
    expect(patterns.filter((pattern) => pattern.test(image.configuration))).toEqual([]);
  });
});

it('says what it is, and starts as a user without rights', () => {
  const { config } = JSON.parse(image.configuration);
  expect(config.User).toBe('65532');
  expect(config.Labels).toMatchObject({
    'org.opencontainers.image.title': 'Go Coffee services',
    'org.opencontainers.image.licenses': 'Apache-2.0',
  });
});

// Guard: Node's own stripping of types is 12 MiB of memory in every process.
it('runs sources that have no types, as they are', async () => {
  const program = `await import('/app/platform/config/load-config.ts');
    console.log(JSON.stringify(process.moduleLoadList.filter((name) => name.includes('amaro'))));`;
  const runImage = ['run', '--rm', '--network=none', tags.here, '--input-type=module', '--eval', program];
  expect(JSON.parse((await check('docker', runImage)).stdout)).toEqual([]);
});

it('lists the packages that it is made of, and no others', async () => {
  const layer = image.layers.find((path) => existsSync(join(path, 'app/sbom.cdx.json'))) ?? '';
  const sbom = JSON.parse(await readFile(join(layer, 'app/sbom.cdx.json'), 'utf8'));
  const listed: string[] = sbom.components.map(
    (part: { name: string; version: string }) => `${part.name}@${part.version}`,
  );
  const paths = await pathsIn([layer]);
  const manifests = paths.filter((path) =>
    /^app\/(.*\/)?node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  );
  const installed = await Promise.all(
    manifests.map(async (path) => {
      const { name, version } = JSON.parse(await readFile(join(layer, path), 'utf8'));
      return `${name}@${version}`;
    }),
  );
  expect(installed.length).toBeGreaterThan(50);
  expect([...new Set(installed)].sort()).toEqual([...new Set(listed)].sort());
});

/** The certificates that this machine trusts beyond what the image brings: a line of each. */
async function ownCertificates(): Promise<string[]> {
  const bundle = certificateBundle();
  if (!bundle) return [];
  const lines = (text: string): string[] =>
    text.match(/(?<=-----BEGIN CERTIFICATE-----\n)[^\n]+\n[^\n]+/g) ?? [];
  const layer = image.layers[0] ?? '';
  const brought = new Set(lines(await readFile(join(layer, 'etc/ssl/certs/ca-certificates.crt'), 'utf8')));
  return lines(await readFile(bundle, 'utf8')).filter((line) => !brought.has(line));
}
