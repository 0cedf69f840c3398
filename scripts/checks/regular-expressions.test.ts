import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSafe } from 'redos-detector';
import { describe, expect, it } from 'vitest';
import { servedDocuments } from '../contracts/documents.ts';
import { repositoryRoot } from '../docker/repository.ts';

// Where a literal can stand: behind an operator, a bracket, an arrow, a word or a line break, and not at the beginning of a
// comment.
const literal =
  /(?<=(?:[=(,:[!&|?{};\n]|=>|\b(?:return|case|default|else|typeof|await|yield))\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=\s*[.,;)\]}\n:])/g;

/** The regular expressions in a source, as they are written. */
function literalsIn(source: string): RegExp[] {
  const code = source.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  return [...code.matchAll(literal)].map(([, pattern = '', flags]) => new RegExp(pattern, flags));
}

/** The patterns anywhere in a document. */
function patternsIn(value: unknown): RegExp[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'pattern' && typeof part === 'string' ? [new RegExp(part, 'u')] : patternsIn(part),
  );
}

/** Those that may take long, and what they are applied to, which nobody from outside decides on. */
const ofOurOwn: Readonly<Record<string, string>> = {
  '/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\\n/': 'the file of the authority',
  '/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\\n/': 'the file of the authority',
  '/(?:^|,)\\s*deployment\\.environment\\.name=([^,]*)/': 'a variable of the process',
  '/\\/+$/': 'an address in the configuration',
  '/0+$/': 'at most 78 digits of an amount',
};

// What can't be decided in so many steps counts as taking long. No time: a machine may be busy.
const bounds = { maxSteps: 20_000, timeout: Number.POSITIVE_INFINITY };
const isLinear = (pattern: RegExp): boolean =>
  Object.hasOwn(ofOurOwn, String(pattern)) || isSafe(pattern, bounds).safe;

const product = globSync('{contracts,platform,services}/**/*.{ts,tsx}', { cwd: repositoryRoot }).filter(
  (path) => !/\.test\.tsx?$|\/tests\/|^platform\/testing\//.test(path),
);
const inSources = product.flatMap((path) =>
  literalsIn(readFileSync(join(repositoryRoot, path), 'utf8')).map((pattern) => ({ path, pattern })),
);

// Guard: no text that a client sends keeps a process busy (ReDoS).
describe('a regular expression', () => {
  it('is found wherever it is applied', () => {
    const written = inSources.map(({ pattern }) => String(pattern));
    expect(written.length).toBeGreaterThan(40);
    expect(written.some((pattern) => pattern.startsWith('/^bearer '))).toBe(true);
    expect(written.some((pattern) => pattern.startsWith('/^application\\/json'))).toBe(true);
    // Behind a word, and behind an arrow.
    expect(written).toContain(String.raw`/https?:|www\.|[@\d]/i`);
    expect(written).toContain('/^0x0+$/');
    const behind = ['return /a/;', 'x => /a/;', 'case /a/:', 'export default /a/;', '<A b={/a/} />'];
    for (const source of behind) expect(literalsIn(source).map(String), source).toEqual(['/a/']);
    expect(product.some((path) => path.endsWith('.tsx'))).toBe(true);
    expect(literalsIn('<b>{c} / {d}</b>\n<i f={g} />;\n</b>')).toEqual([]);
    expect(literalsIn("const path = 'a/b/c'; // /(a+)+/\nconst rest = a / b / c;")).toEqual([]);
    const unused = Object.keys(ofOurOwn).filter((pattern) => !written.includes(pattern));
    expect(unused).toEqual([]);
  });

  it('of a source takes no longer than its text', () => {
    const slow = inSources.filter(({ pattern }) => !isLinear(pattern));
    expect(slow.map(({ path, pattern }) => `${path}: ${pattern}`)).toEqual([]);
  }, 120_000);

  it('of a document does not either', async () => {
    const patterns = [...(await servedDocuments()).values()].flatMap(patternsIn);
    const different = new Map(patterns.map((pattern) => [pattern.source, pattern]));
    expect(different.size).toBeGreaterThan(10);
    expect([...different.values()].filter((pattern) => !isLinear(pattern))).toEqual([]);
  }, 120_000);

  it.each([/^(a+)+$/, /^\s*;?\s*$/])('is known when it takes long: %s', (pattern) => {
    expect(isLinear(pattern)).toBe(false);
  });
});
