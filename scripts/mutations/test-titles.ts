// The title of `describe`, `it`, `test` and of what their `each` returns: a string, then a function.
const titled = /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`),\s*(?:async\s*)?\(/g;
// What `each` fills in: https://vitest.dev/api/test#test-each
const placeholder = /%[sdifjo#%]|\$\{[^}]*\}|\$[\w.]+/g;

/** A pattern that matches exactly this text. */
export const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const unescaped = (text: string): string => text.replaceAll(/\\(.)/g, '$1');

/**
 * Whether a test of this name (titles joined by ` > `) stands in the source of a test file. The file is only read: a
 * moved or renamed test shows within milliseconds; that it runs, the mutations themselves show.
 */
export function hasTest(source: string, name: string): boolean {
  const titles = [...source.matchAll(titled)].map(([, single, double, template]) => {
    const title = unescaped(single ?? double ?? template ?? '');
    return title.split(placeholder).map(literally).join('.*');
  });
  return name.split(' > ').every((part) => titles.some((title) => new RegExp(`^${title}$`, 's').test(part)));
}
