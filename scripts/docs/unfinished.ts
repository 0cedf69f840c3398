import type { Page } from './pages.ts';

/** What stands for something that somebody still has to write. As it is written here: a sentence may speak of what is measured. */
const marks = /\b(?:TODO|TBD|FIXME|MEASURED|XXX)\b/;

/** `page:line: the line` for each that was left unfinished. */
export const unfinished = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (marks.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
