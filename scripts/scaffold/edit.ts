/** A change of a file that is there: `text` comes behind, before or in the place of what is found. */
export interface Edit {
  readonly path: string;
  /** Found exactly once. */
  readonly find: string | RegExp;
  readonly how: 'before' | 'after' | 'instead';
  readonly text: string | ((found: string) => string);
}

/**
 * The text with the change.
 *
 * @throws Error when what the edit looks for is not there, or more than once: the file has changed since the edit was
 * written
 */
export function applyEdit(content: string, { path, find, how, text }: Edit): string {
  const pattern =
    typeof find === 'string'
      ? new RegExp(find.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g')
      : new RegExp(find.source, `g${find.flags.replace('g', '')}`);
  const matches = [...content.matchAll(pattern)];
  const [match] = matches;
  if (!match || matches.length > 1)
    throw new Error(`${path}: ${matches.length} places where there should be one: ${find}`);
  const [found] = match;
  const made = typeof text === 'string' ? text : text(found);
  const replacement = { before: made + found, after: found + made, instead: made }[how];
  return content.slice(0, match.index) + replacement + content.slice(match.index + found.length);
}
