import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { releasedImages } from './released-images.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-released-'));
});
afterEach(() => rm(folder, { recursive: true }));

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

// Guard: what runs is what was released, whatever .env has today; it is that which is scanned again each night.
it('are those that its manifests name', async () => {
  const service = `ghcr.io/somebody/go-coffee/service@${digest('a')}`;
  const tools = `ghcr.io/somebody/go-coffee/tools@${digest('b')}`;
  const redis = `docker.io/redis@${digest('c')}`;
  await writeFile(join(folder, 'production.yaml'), `  - image: ${service}\n    image: ${redis}\n`);
  await writeFile(join(folder, 'tools.yaml'), `image: ${tools}\n`);
  await writeFile(join(folder, 'production.yaml.sigstore.json'), '{}');
  expect(await releasedImages(folder)).toEqual([redis, service, tools]);
});

it('are none before the first release', async () => {
  expect(await releasedImages(folder)).toEqual([]);
});

it('are not looked for in a folder that nobody has made', async () => {
  await expect(releasedImages(join(folder, 'none'))).rejects.toThrow('There is no folder');
});
