import { createHash } from 'node:crypto';
import { deadLetterName, isDeadLetterName } from '#contracts/topics.ts';
import { duration } from '#platform/config/values.ts';
import { UserError } from '../cli/user-error.ts';
import type { Letter } from './letter.ts';
import { type LetterBook, type LetterState, letterStates } from './letter-book.ts';

/** What `list`, `replay` and `purge` choose letters by; what is undefined chooses all. */
export interface Selection {
  readonly positions: readonly string[];
  /** The name of a dead letter topic. */
  readonly topic: string | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly code: string | undefined;
  readonly key: string | undefined;
  readonly states: readonly LetterState[];
}

export interface SelectionFlags {
  readonly topic?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly error?: string | undefined;
  readonly key?: string | undefined;
  readonly state?: string | undefined;
}

/** @throws UserError naming what is wrong; `states` are those without --state */
export function parseSelection(
  flags: SelectionFlags,
  positions: readonly string[],
  states: readonly LetterState[],
  nowMs = Date.now(),
): Selection {
  const { topic, since, until, error: code, key, state } = flags;
  for (const position of positions) {
    if (/^[^/]+\.dlq\/\d+\/\d+$/.test(position)) continue;
    throw new UserError(
      `"${position}" is no dead letter.`,
      'Name one as ./coffee dlq list does, such as orders.v1.dlq/3/42.',
    );
  }
  return {
    positions,
    topic: topic === undefined || isDeadLetterName(topic) ? topic : deadLetterName(topic),
    sinceMs: since === undefined ? undefined : moment('since', since, nowMs),
    untilMs: until === undefined ? undefined : moment('until', until, nowMs),
    code,
    key,
    states: state === undefined ? states : parseStates(state),
  };
}

function parseStates(text: string): readonly LetterState[] {
  if (text === 'all') return letterStates;
  const found = letterStates.find((state) => state === text);
  if (found) return [found];
  throw new UserError(`--state is "${text}".`, `Give one of ${letterStates.join(', ')}, all.`);
}

/** RFC 3339, or how long ago. */
function moment(flag: string, text: string, nowMs: number): number {
  const ago = duration.safeParse(text);
  if (ago.success) return nowMs - ago.data;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new UserError(
    `--${flag} is "${text}".`,
    'Give a time such as 2026-01-31T12:00:00Z, or 2h for two hours ago.',
  );
}

/** The letters that are meant, in the order in which they are replayed. */
export function select(book: LetterBook, what: Selection): Letter[] {
  const positions = new Set(what.positions);
  return book.letters.filter((letter) => {
    const { message, atMs } = letter;
    return (
      (positions.size === 0 || positions.has(letter.position)) &&
      (what.topic === undefined || message.topic === what.topic) &&
      (what.sinceMs === undefined || atMs >= what.sinceMs) &&
      (what.untilMs === undefined || atMs <= what.untilMs) &&
      (what.code === undefined || letter.code === what.code) &&
      (what.key === undefined || message.key === what.key) &&
      what.states.includes(book.stateOf(letter))
    );
  });
}

/** @throws UserError unless `yes` is the digest of exactly these letters: whoever confirms has seen them */
export function requireDigest(letters: readonly Letter[], yes: string): void {
  if (yes === digestOf(letters)) return;
  throw new UserError(
    `--yes is "${yes}", but that is not what is selected now: other letters came or went.`,
    'Look at them first: the command without --yes lists them and says what to give.',
  );
}

/** A short name for exactly these letters: whoever gives it has seen them. */
export function digestOf(letters: readonly Letter[]): string {
  const positions = letters.map(({ position }) => position).join('\n');
  return createHash('sha256').update(positions).digest('hex').slice(0, 12);
}
