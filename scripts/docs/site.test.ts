import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import site from '../../docs/.vitepress/config.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { proseOf } from './markdown.ts';
import { allPages } from './pages.ts';

interface Item {
  readonly link?: string;
  readonly items?: readonly Item[];
}

const linksIn = (items: readonly Item[]): string[] =>
  items.flatMap(({ link, items: below = [] }) => [...(link === undefined ? [] : [link]), ...linksIn(below)]);
const pages = allPages().filter(({ path }) => path.startsWith('docs/'));
const pathOf = (link: string): string => `docs${link}.md`;

it('has every page in its sidebar, and nothing else', () => {
  const shown = linksIn(site.themeConfig.sidebar).map(pathOf);
  // What suites wrote is reached from the status, the list of decisions is the sidebar itself.
  const apart = new Set(['docs/index.md', 'docs/adr/README.md', 'docs/nightly/latest.md']);
  const expected = pages.map(({ path }) => path).filter((path) => !apart.has(path));
  expect(shown.toSorted()).toEqual(expected.toSorted());
  expect(
    linksIn(site.themeConfig.nav)
      .map(pathOf)
      .filter((path) => !shown.includes(path)),
  ).toEqual([]);
});

// Pages become templates of Vue: an element without an end, or two braces, would end the build. `<br>` has no end in HTML.
it('has no page with what Vue would take for its own', () => {
  const wrong = pages.flatMap(({ path, text }) =>
    proseOf(text)
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .split('\n')
      .filter((line) => /<\/?(?!br>)[a-z]|\{\{/i.test(line.replaceAll(/<https?:[^>]*>/g, '')))
      .map((line) => `${path}: ${line}`),
  );
  expect(wrong).toEqual([]);
});

it('has a generator whose version is exact', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(repositoryRoot, 'docs/package.json'), 'utf8'));
  expect(Object.values(devDependencies)).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});
