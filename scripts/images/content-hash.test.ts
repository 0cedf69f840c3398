import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImageSpec } from './catalogue.ts';
import { contentHash, digest } from './content-hash.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

const base: ImageSpec = { name: 'base', variable: 'BASE', parents: [] };
const leaf: ImageSpec = {
  name: 'leaf',
  variable: 'LEAF',
  parents: ['base'],
  args: (versions) => ({ VERSION: versions.VERSION ?? '' }),
};
const versions = { BASE: 'base:1', LEAF: 'leaf:1', VERSION: '1' };

let root: ScratchFolder;
const write = (path: string, content: string): Promise<void> => writeFile(join(root.path, path), content);
const hash = (values = versions): Promise<string> => contentHash(leaf, values, root.path, [base, leaf]);

beforeEach(async () => {
  root = await scratchFolder();
  await mkdir(join(root.path, 'base'));
  await mkdir(join(root.path, 'leaf', 'nested'), { recursive: true });
  await write('base/Dockerfile', 'FROM scratch');
  await write('leaf/Dockerfile', 'FROM base');
  await write('leaf/nested/run', 'echo');
});
afterEach(() => root[Symbol.asyncDispose]());

describe('contentHash', () => {
  test('stays the same while nothing changes', async () => {
    expect(await hash()).toBe(await hash());
  });

  test.each([
    ['a file', () => write('leaf/nested/run', 'echo 2')],
    ["a parent's file", () => write('base/Dockerfile', 'FROM other')],
    ['the set of files', () => write('leaf/extra', '')],
  ])('changes with %s', async (_case, change) => {
    const before = await hash();
    await change();
    expect(await hash()).not.toBe(before);
  });

  test.each([
    ['a build argument', { ...versions, VERSION: '2' }],
    ['its own name', { ...versions, LEAF: 'leaf:2' }],
    ["a parent's name", { ...versions, BASE: 'base:2' }],
  ])('changes with %s', async (_case, changed) => {
    expect(await hash(changed)).not.toBe(await hash());
  });

  test('names the variable that .env lacks', async () => {
    const { BASE, VERSION } = versions;
    await expect(contentHash(leaf, { BASE, VERSION }, root.path, [base, leaf])).rejects.toThrow(/LEAF/);
  });
});

test('digest tells apart parts that read the same when joined', () => {
  expect(digest([['a', 'bc']])).not.toBe(digest([['ab', 'c']]));
  expect(digest([['a', 'b 1 c']])).not.toBe(
    digest([
      ['a', 'b'],
      ['c', ''],
    ]),
  );
});
