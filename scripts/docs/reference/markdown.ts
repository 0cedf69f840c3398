/** Text for a cell of a table: one line, without what would end the cell or begin an element of HTML. */
export const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '{&#123;');

/** Text in the type of code; empty for nothing. */
export const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``);

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** A page that is made: nobody edits it. */
export const page = (title: string, source: string, ...parts: readonly string[]): string =>
  `# ${title}\n\n<!-- Written by ./coffee docs reference from ${source}; do not edit. -->\n\n${parts
    .map((part) => part.trim())
    .join('\n\n')}\n`;
