import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';
import { anchorsOf, linksOf, picturesOf } from './markdown.ts';

/** A document of the repository. */
export interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file that Git tracks or would track. */
export function allPages(root = repositoryRoot): Page[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  const paths = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\n');
  return paths
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const isElsewhere = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(target);

/** `page → target` for each link within the repository that leads to nothing, or to a heading that is not there. */
export function deadLinks(pages: readonly Page[], root = repositoryRoot): string[] {
  return pages.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((target) => !isElsewhere(target))
      .flatMap((target) => {
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
        if (!existsSync(join(root, to))) return [`${path} → ${target}`];
        if (anchor === undefined || !to.endsWith('.md')) return [];
        const there = file === '' ? text : readFileSync(join(root, to), 'utf8');
        return anchorsOf(there).has(anchor) ? [] : [`${path} → ${target}`];
      }),
  );
}

/** The pictures that these pages show, from the repository's root, each once. */
export const shownPictures = (pages: readonly Page[]): string[] => {
  const shown = pages.flatMap(({ path, text }) =>
    picturesOf(text)
      .filter((target) => !isElsewhere(target))
      .map((target) => normalize(join(dirname(path), decodeURI(target)))),
  );
  return [...new Set(shown)].sort();
};
