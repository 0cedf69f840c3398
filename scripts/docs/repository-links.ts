import { posix } from 'node:path';

/** As much of markdown-it's tokens as is used here. */
export interface Token {
  type: string;
  tag: string;
  attrs: [string, string][] | null;
  children: Token[] | null;
}

const isElsewhere = (target: string): boolean => /^([a-z][a-z0-9+.-]*:|\/|#)/i.test(target);

/**
 * Documents link to sources, which the site has not: there such a link is its text, with the path as a title.
 *
 * @param page of the tokens, from the folder of the site, with slashes.
 */
export function unlinkRepository(tokens: readonly Token[], page: string): void {
  for (const token of tokens) {
    if (token.children) unlinkRepository(token.children, page);
    if (token.type !== 'link_open') continue;
    const [, target = ''] = token.attrs?.find(([name]) => name === 'href') ?? [];
    if (target === '' || isElsewhere(target)) continue;
    const [file = ''] = target.split('#');
    const to = posix.normalize(posix.join(posix.dirname(page), file));
    if (!to.startsWith('../') && /(\.md|\/)$/.test(file)) continue;
    const end = tokens.slice(tokens.indexOf(token)).find(({ type }) => type === 'link_close');
    token.tag = 'span';
    token.attrs = [
      ['class', 'repository-path'],
      ['title', to.startsWith('../') ? to.slice(3) : `docs/${to}`],
    ];
    if (end) end.tag = 'span';
  }
}
