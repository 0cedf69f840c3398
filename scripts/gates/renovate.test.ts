import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';
import { catalogue } from '../images/catalogue.ts';
import { readVersions } from '../images/ensure.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const { customManagers } = JSON.parse(textOf('renovate.json')) as {
  customManagers: { matchStrings: [string] }[];
};

/** JavaScript has no (?m) inside of a pattern, which RE2, that Renovate uses, has. */
const pattern = new RegExp(customManagers[0]?.matchStrings[0].replace('(?m)', '') ?? '', 'gm');

// Guard: an image that nobody watches grows old.
it('every image of others in .env is watched by Renovate, and ours are not', async () => {
  const watched = [...textOf('.env').matchAll(pattern)].map(
    ({ groups = {} }) => `${groups.depName}:${groups.currentValue}`,
  );
  const versions = await readVersions({});
  const named = catalogue.flatMap(({ variable }) => versions[variable] ?? []);
  const ofOthers = named.filter((image) => !image.startsWith('go-coffee/'));
  expect(watched).toEqual(expect.arrayContaining(ofOthers));
  expect(watched.filter((image) => image.startsWith('go-coffee/'))).toEqual([]);
});
