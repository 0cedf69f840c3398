import type { Letter } from './letter.ts';
import type { LetterBook } from './letter-book.ts';

const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Control characters of a foreign message would move the terminal's cursor. */
const printable = (text: string): string =>
  Array.from(text, (letter) => (letter < ' ' || letter === '\x7f' ? ' ' : letter)).join('');

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** One line a letter, under a line of headings. */
export function listLines(book: LetterBook, letters: readonly Letter[]): string[] {
  const rows = letters.map((letter) => [
    letter.position,
    book.stateOf(letter),
    time(letter.atMs),
    letter.code,
    shorten(printable(letter.message.key ?? ''), 36),
    shorten(printable(letter.error), 60),
  ]);
  const table = [['LETTER', 'STATE', 'TIME', 'ERROR', 'KEY', 'MESSAGE'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What `--json` prints of a letter. Its value is text, or base64 when it is none. */
export function toJson(book: LetterBook, letter: Letter): Record<string, unknown> {
  const { message } = letter;
  return {
    letter: letter.position,
    state: book.stateOf(letter),
    at: new Date(letter.atMs).toISOString(),
    code: letter.code,
    error: letter.error,
    origin: letter.origin ?? null,
    replayOf: letter.replayOf ?? null,
    key: message.key ?? null,
    headers: message.headers,
    ...payloadOf(message.value),
    audit: book.trailOf(letter),
  };
}

function payloadOf(value: Buffer | undefined): { value: string | null } | { valueBase64: string } {
  if (!value) return { value: null };
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value)
    ? { value: text }
    : { valueBase64: value.toString('base64') };
}

/** Everything about one letter, for people. */
export function showLines(book: LetterBook, letter: Letter): string[] {
  const { message } = letter;
  const lines = [
    `${letter.position}  ${book.stateOf(letter)}`,
    `  since    ${time(letter.atMs)}`,
    `  error    ${letter.code}: ${printable(letter.error)}`,
    `  origin   ${letter.origin ?? 'not told'}`,
    `  key      ${printable(message.key ?? 'none')}`,
  ];
  if (letter.replayOf) lines.push(`  replay   of ${printable(letter.replayOf)}, which failed again`);
  for (const { at, user, host, action, outcome, reason } of book.trailOf(letter)) {
    lines.push(`  audit    ${at} ${action} by ${user}@${host}: ${outcome}${reason ? ` (${reason})` : ''}`);
  }
  lines.push('  headers');
  for (const [name, value] of Object.entries(message.headers)) lines.push(`    ${name}: ${printable(value)}`);
  lines.push(`  value    ${message.value?.length ?? 0} bytes`);
  return [...lines, ...pretty(message.value).map((line) => `    ${line}`)];
}

function pretty(value: Buffer | undefined): string[] {
  const payload = payloadOf(value);
  if ('valueBase64' in payload) return [`base64: ${payload.valueBase64}`];
  try {
    return JSON.stringify(JSON.parse(payload.value ?? ''), undefined, 2).split('\n');
  } catch (error) {
    // Often the very reason why it is here: shown as it is.
    if (!(error instanceof SyntaxError)) throw error;
    return (payload.value ?? '').split('\n').map(printable);
  }
}
