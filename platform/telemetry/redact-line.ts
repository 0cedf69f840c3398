import { blockedKeys, blockedKeysInLine, blockedValues, ignoredKeys } from './sensitive.ts';

// What the collector puts in its place as well.
const mask = '****';

/**
 * With the flag i for (?i): the group (?i:…) would do, but V8 13.6 does not find accessToken by one of ours. And what begins
 * with many of a class begins at the first of them: JavaScript would try at each, in quadratic time.
 */
function compile(pattern: string, flags = ''): RegExp {
  const anyCase = pattern.startsWith('(?i)');
  const [, repeated] = /^(\[[^\]]+\])\+/.exec(pattern) ?? [];
  const start = repeated ? `(?<!${repeated})` : '';
  return new RegExp(
    start + (anyCase ? pattern.slice('(?i)'.length) : pattern),
    anyCase ? `${flags}i` : flags,
  );
}
const compileAll = (patterns: readonly string[]): RegExp[] => patterns.map((pattern) => compile(pattern));
const matchesAny = (patterns: readonly RegExp[], text: string): boolean =>
  patterns.some((pattern) => pattern.test(text));

const blocked = compileAll(blockedKeys);
const ignored = compileAll(ignoredKeys);
const values = blockedValues.map((pattern) => compile(pattern, 'g'));

// Quotes end words like the ends of a text, so that what is found in a value is found in its line. But not behind an
// escape: in "\nBearer" the word begins with n. Looking for addresses is three quarters of the work, for an @ next to none.
const suspicious = compileAll([
  String.raw`[\\@]`,
  ...blockedKeysInLine,
  ...blockedValues.filter((pattern) => !pattern.includes('@')),
]);

// Pino's and the instrumentation's own; by OTLP they are not attributes either. Sixteen digits may begin like a card.
const ownFields = new Set(['level', 'time', 'trace_id', 'span_id', 'trace_flags']);

// ECMAScript 2026, in Node.js since 21: https://tc39.es/proposal-json-parse-with-source/. TypeScript has no types of it.
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

const redactText = (text: string): string =>
  values.reduce((left, pattern) => left.replace(pattern, mask), text);

function redactField(key: string, value: unknown): unknown {
  if (matchesAny(ignored, key)) return value;
  return matchesAny(blocked, key) ? mask : redactValue(value);
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map(redactValue);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactField(key, inner)]));
}

/**
 * A line of the log, an object in JSON with its line feed, without what sensitive.ts names. Numbers stay, as they do in
 * the collector, and a line that shows no sign of it is not touched.
 */
export function redactLine(line: string): string {
  if (!matchesAny(suspicious, line)) return line;
  // Amounts of a chain have more digits than a double.
  const fields = parse(line, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) ? rawJSON(source) : value,
  ) as Record<string, unknown>;
  const redacted = Object.entries(fields).map(([key, value]) => [
    key,
    ownFields.has(key) ? value : redactField(key, value),
  ]);
  return `${JSON.stringify(Object.fromEntries(redacted))}\n`;
}
