import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { isCommandName } from '../cli/commands.ts';
import { repositoryRoot } from '../docker/repository.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const documents = globSync('**/*.md', {
  cwd: repositoryRoot,
  exclude: ['node_modules/**', 'coverage/**', '.coffee/**'],
}).map((path) => ({ path, text: textOf(path) }));

/** The anchors that GitHub makes of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What a document points to and is not there. */
function deadLinks(path: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^(https?|mailto):/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(repositoryRoot, target))) return true;
      return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
    });
}

it('the links of documents lead somewhere', () => {
  expect(documents.length).toBeGreaterThan(60);
  expect(
    documents.flatMap(({ path, text }) => deadLinks(path, text).map((link) => `${path}: ${link}`)),
  ).toEqual([]);
  expect(deadLinks('README.md', '[a](docs/nothing.md) [b](#nothing) [c](README.md)')).toEqual([
    'docs/nothing.md',
    '#nothing',
  ]);
});

// What a newcomer types is what a document says.
it('the commands of documents are there', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  // CHANGELOG.md tells of what was, too.
  const current = documents.filter(({ path }) => path !== 'CHANGELOG.md');
  const wrong = current.flatMap(({ path, text }) => {
    const ours = [...text.matchAll(/\.\/coffee ([a-z][\w-]*)/g)].map(([, name = '']) => name);
    const npms = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    return [
      ...ours.filter((name) => name !== 'help' && !isCommandName(name)),
      ...npms.filter((name) => !Object.hasOwn(scripts, name)),
    ].map((name) => `${path}: ${name}`);
  });
  expect(wrong).toEqual([]);
});
