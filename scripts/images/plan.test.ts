import { describe, expect, test } from 'vitest';
import { UserError } from '../cli/user-error.ts';
import { parseAptSources } from '../docker/apt-sources.ts';
import { catalogue, findImage, groups, versionOf } from './catalogue.ts';
import { suiteLines } from './debian-base.ts';
import { readVersions } from './ensure.ts';
import { parseSource, planImage } from './plan.ts';

describe('planImage', () => {
  test.each([
    ['an image that the user loaded', {}, 'use'],
    ['one built from the same content', { builtFrom: 'now' }, 'use'],
    ['one built from something else', { builtFrom: 'before' }, 'build'],
    ['nothing', undefined, 'build'],
  ])('with %s', (_case, local, action) => {
    expect(planImage(local, 'now')).toBe(action);
  });
});

describe('parseSource', () => {
  test.each([undefined, '', 'auto'])('takes %j for auto', (value) => {
    expect(parseSource(value)).toBe('auto');
  });

  test('names what it does not know', () => {
    expect(() => parseSource('Pull')).toThrow(UserError);
    expect(() => parseSource('Pull')).toThrow(/COFFEE_IMAGES is "Pull"/);
  });
});

test.each([
  ['prom/prometheus:v3.5.0', '3.5.0'],
  ['registry.example:5000/jaeger:2.13.0', '2.13.0'],
  ['volume:vanilla', 'vanilla'],
])('versionOf(%s)', (image, version) => {
  expect(versionOf(image)).toBe(version);
});

describe('catalogue', () => {
  test('has its images in .env, parents included, and something in each group', async () => {
    const versions = await readVersions({});
    for (const image of catalogue) {
      expect(versions[image.variable], image.variable).toMatch(/^\S+:\S+$/);
      expect(() => image.args?.(versions)).not.toThrow();
      expect(() => image.parents.map((name) => findImage(name))).not.toThrow();
    }
    expect(groups.every((group) => catalogue.some((image) => image.group === group))).toBe(true);
  });
});

describe('suiteLines', () => {
  const stanza = (uri: string, suites: string): string =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\n`;

  test("takes another suite from the machine's own mirrors, security updates included", () => {
    const sources = parseAptSources(
      'debian.sources',
      `${stanza('http://mirror.example/debian', 'bookworm bookworm-updates')}\n${stanza('http://mirror.example/security', 'bookworm-security')}`,
    );
    expect(suiteLines(sources, 'bookworm', 'trixie')).toEqual([
      'deb http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
      'deb http://mirror.example/security trixie-security main',
    ]);
  });

  test('has nothing to offer without a mirror', () => {
    expect(suiteLines([], 'bookworm', 'trixie')).toEqual([]);
  });
});
