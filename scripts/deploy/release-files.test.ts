import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { renderEnvironment, renderTools } from './rendering.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const { signal } = new AbortController();
const manifest = (name: string, ...images: string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n${images.map((image) => `    - image: ${image}\n`).join('')}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'go-coffee-release-'));
  const others = `postgres@${digest('c')}`;
  await write('staging', manifest('a', `ghcr.io/somebody/go-coffee/service@${digest('a')}`, others));
  await write('tools', manifest('tools', `ghcr.io/somebody/go-coffee/tools@${digest('b')}`));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, `${name}.yaml`), text);
const ofRelease = (...more: string[]) =>
  parseOptions(['--environment', 'staging', '--release', folder, ...more]);

test('a release says itself which images it has, and where', () => {
  expect(ofRelease()).toMatchObject({
    registry: 'ghcr.io/somebody',
    imageTag: digest('a'),
    toolsTag: digest('b'),
    release: folder,
  });
});

// Guard: what was verified is what is deployed, and not what the sources would render today.
test('what is deployed is what the release has', async () => {
  const [pod, ...rest] = await renderEnvironment(ofRelease(), signal);
  expect(rest).toEqual([]);
  expect(pod).toMatchObject({ metadata: { name: 'a' } });
  expect(JSON.stringify(pod)).toContain(`"image":"postgres@${digest('c')}"`);
  const [tools] = await renderTools(ofRelease('--namespace', 'cafe'), signal);
  expect(JSON.stringify(tools)).toContain(`"image":"ghcr.io/somebody/go-coffee/tools@${digest('b')}"`);
});

test.each([
  ['a tag beside it', async () => undefined, ['--image-tag', '1'], '--image-tag and --release'],
  ['a folder without the environment', () => rm(join(folder, 'staging.yaml')), [], 'staging.yaml'],
  [
    'an image by its tag',
    () => write('staging', manifest('a', 'postgres:18')),
    [],
    'without a digest: postgres:18',
  ],
  [
    'no image of ours',
    () => write('tools', manifest('t', `postgres@${digest('c')}`)),
    [],
    'no image go-coffee/tools',
  ],
])('is refused: %s', async (_what, change, more, message) => {
  await change();
  expect(() => ofRelease(...more)).toThrow(message);
});
