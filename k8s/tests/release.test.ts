import { expect, test } from 'vitest';
import { pinManifests, released } from '../../scripts/release/pin-manifests.ts';
import { imagesIn } from '../../scripts/release/pins.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const own = new Map(
  ['service', 'tools', 'anvil'].map((name) => [`go-coffee/${name}`, `ghcr.io/a/b/${name}@${digest('a')}`]),
);
const { signal } = new AbortController();

// Guard: what was verified is what is deployed, to production as to staging.
test.each(Object.entries(released))(
  'the release of %s names every image by its digest',
  async (name, folder) => {
    const asked: string[] = [];
    const digestOf = async (image: string): Promise<string> => {
      asked.push(image);
      return digest('b');
    };
    const images = imagesIn(await pinManifests(folder, { own, digestOf, signal }));
    expect(images.length).toBe(name === 'tools' ? 1 : asked.length + 2);
    expect(images.filter((image) => !/@sha256:[ab]{64}$/.test(image))).toEqual([]);
    expect(images.filter((image) => image.startsWith('ghcr.io/a/b/')).length).toBeGreaterThan(0);
    expect(asked.filter((image) => image.startsWith('go-coffee/'))).toEqual([]);
  },
);

test('an image that has no digest stops the release', async () => {
  const nothing = pinManifests(released.tools, { own: new Map(), digestOf: async () => 'latest', signal });
  await expect(nothing).rejects.toThrow();
});
