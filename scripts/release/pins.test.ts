import { describe, expect, it } from 'vitest';
import { UserError } from '../cli/user-error.ts';
import { imagesIn, nameOf, pinnedKustomization, readPublished, unpinned } from './pins.ts';

const digest = `sha256:${'0f'.repeat(32)}`;
const all = ['service', 'tools', 'anvil'].map((name) => ({ name, image: `ghcr.io/a/b/${name}@${digest}` }));

describe('what was published', () => {
  it('is known by the names of .env', () => {
    expect(readPublished(JSON.stringify(all)).get('go-coffee/tools')).toBe(`ghcr.io/a/b/tools@${digest}`);
  });

  // Guard: a tag can be moved after what it named was verified.
  it.each([
    ['nothing', ''],
    [
      'an image by its tag',
      JSON.stringify(all.with(0, { name: 'service', image: 'ghcr.io/a/b/service:1.0' })),
    ],
    ['a digest that is cut off', JSON.stringify(all.with(0, { name: 'service', image: 'a@sha256:0f' }))],
    ['an image that nobody knows', JSON.stringify([...all, { name: 'other', image: `a@${digest}` }])],
    ['not all of it', JSON.stringify(all.slice(1))],
  ])('may not be %s', (_what, text) => {
    expect(() => readPublished(text)).toThrow(UserError);
  });
});

it.each([
  ['postgres:17-trixie', 'postgres'],
  ['registry.example:5000/a/b:1', 'registry.example:5000/a/b'],
  ['registry.example:5000/a/b', 'registry.example:5000/a/b'],
  [`a/b@${digest}`, 'a/b'],
])('the name of %s is %s', (image, name) => {
  expect(nameOf(image)).toBe(name);
});

it('a kustomization gives each image its digest', () => {
  expect(pinnedKustomization('../x', new Map([['go-coffee/service', `ghcr.io/a/service@${digest}`]]))).toBe(
    `resources:\n  - ../x\nimages:\n  - name: go-coffee/service\n    newName: ghcr.io/a/service\n    digest: ${digest}\n`,
  );
});

it('images are found wherever manifests name them, and those without a digest are told', () => {
  const manifests = `      - image: redis:8\n        image: "a/b@${digest}"\n      image: redis:8\n# image: none\n`;
  expect(imagesIn(manifests)).toEqual([`a/b@${digest}`, 'redis:8']);
  expect(unpinned(manifests)).toEqual(['redis:8']);
});
