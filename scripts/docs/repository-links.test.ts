import { expect, it } from 'vitest';
import { type Token, unlinkRepository } from './repository-links.ts';

const link = (href: string): Token[] => [
  { type: 'link_open', tag: 'a', attrs: [['href', href]], children: null },
  { type: 'text', tag: '', attrs: null, children: null },
  { type: 'link_close', tag: 'a', attrs: null, children: null },
];

/** What the link of a page becomes: where it leads, or the path that it tells. */
function shown(page: string, href: string): string {
  const children = link(href);
  unlinkRepository([{ type: 'inline', tag: '', attrs: null, children }], page);
  const [open, , close] = children;
  expect(open?.tag).toBe(close?.tag);
  return `${open?.tag} ${open?.attrs?.at(-1)?.[1]}`;
}

it.each([
  ['security.md', 'agents.md#tasks', 'a agents.md#tasks'],
  ['adr/README.md', '0001-plain.md', 'a 0001-plain.md'],
  ['security.md', 'https://example.com', 'a https://example.com'],
  ['security.md', '#limits', 'a #limits'],
  ['security.md', '../compose.yaml', 'span compose.yaml'],
  ['adr/0001.md', '../../scripts/cli/main.ts', 'span scripts/cli/main.ts'],
  ['security.md', 'plaintext.yaml', 'span docs/plaintext.yaml'],
  ['kubernetes.md', '../README.md', 'span README.md'],
])('in %s, %s is %s', (page, href, expected) => expect(shown(page, href)).toBe(expected));
