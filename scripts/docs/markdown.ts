/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** What stands behind the language: how the block is tested. */
  readonly info: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

const fence = /^(\s*)(`{3,})\s*(\S*)\s*(.*)$/;

/** The fenced blocks of a page. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; marks: string; language: string; info: string; line: number } | undefined;
  let body: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, indent = '', marks = '', language = '', info = ''] = fence.exec(line) ?? [];
    if (!open) {
      if (marks !== '') open = { indent, marks, language, info: info.trim(), line: index + 2 };
      body = [];
    } else if (marks.length >= open.marks.length && language === '') {
      const { indent: cut, marks: _marks, ...block } = open;
      const text = body.map((one) => (one.startsWith(cut) ? one.slice(cut.length) : one)).join('\n');
      blocks.push({ ...block, text });
      open = undefined;
    } else body.push(line);
  }
  return blocks;
}

/** A page without its blocks and without code in its lines: what is read as text. */
export const proseOf = (markdown: string): string =>
  markdown
    .replaceAll(/^(\s*)(`{3,})[^\n]*\n[\s\S]*?\n\s*\2`*\s*$/gm, '')
    .replaceAll(/(`+)(?:(?!\1)[\s\S])+?\1/g, '');

/** Code in the lines of a page. */
export function inlineCodeOf(markdown: string): string[] {
  const withoutBlocks = markdown.replaceAll(/^(\s*)(`{3,})[^\n]*\n[\s\S]*?\n\s*\2`*\s*$/gm, '');
  return [...withoutBlocks.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Where a page leads: targets of its links and images, as they are written. */
export const linksOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(
    ([, target = '']) => target,
  );

/** The pictures that a page shows: their files, as they are written. */
export const picturesOf = (markdown: string): string[] =>
  [...proseOf(markdown).matchAll(/!\[[^\]]*\]\(\s*<?([^)\s>]+)/g)].map(([, target = '']) => target);

/** The anchors of a page: its headings, as VitePress and GitHub name them. */
export function anchorsOf(markdown: string): Set<string> {
  const withoutBlocks = markdown.replaceAll(/^(\s*)(`{3,})[^\n]*\n[\s\S]*?\n\s*\2`*\s*$/gm, '');
  const headings = [...withoutBlocks.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, title = '']) => title);
  const names = headings.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s+/g, '-'),
  );
  return new Set(names);
}
