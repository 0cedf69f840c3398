import { DeadLetterDesk } from '../../dlq/desk.ts';
import type { Letter } from '../../dlq/letter.ts';
import { type LetterBook, letterStates } from '../../dlq/letter-book.ts';
import { purge } from '../../dlq/purge.ts';
import { replay } from '../../dlq/replay.ts';
import { digestOf, parseSelection, requireDigest, select } from '../../dlq/selection.ts';
import { listLines, showLines, toJson } from '../../dlq/view.ts';
import { parseFlags } from '../../stack/flags.ts';
import { kafkaAccess } from '../../stack/kafka.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

const actions = ['list', 'show', 'replay', 'purge'] as const;
type Action = (typeof actions)[number];

const options = {
  topic: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  error: { type: 'string' },
  key: { type: 'string' },
  state: { type: 'string' },
  json: { type: 'boolean', default: false },
  again: { type: 'boolean', default: false },
  yes: { type: 'string' },
} as const;

interface Work {
  readonly desk: DeadLetterDesk;
  readonly book: LetterBook;
  readonly letters: readonly Letter[];
  readonly signal: AbortSignal;
}

function print({ book, letters }: Work, json: boolean, lines: () => readonly string[]): void {
  if (json)
    console.log(
      JSON.stringify(
        letters.map((letter) => toJson(book, letter)),
        undefined,
        2,
      ),
    );
  else for (const line of lines()) console.log(line);
}

function list(work: Work, json: boolean): number {
  print(work, json, () => (work.letters.length === 0 ? [] : listLines(work.book, work.letters)));
  say(
    work.letters.length === 0
      ? 'No dead letter is like that.'
      : `${work.letters.length} dead letters. ./coffee dlq show LETTER tells all, ./coffee dlq replay sends them again.`,
  );
  return 0;
}

function show(work: Work, positions: readonly string[], json: boolean): number {
  if (positions.length === 0)
    throw new UserError('Which dead letter?', 'Name one as ./coffee dlq list does.');
  const found = new Set(work.letters.map(({ position }) => position));
  const missing = positions.find((position) => !found.has(position));
  if (missing)
    throw new UserError(`There is no dead letter ${missing}.`, './coffee dlq list --state all lists them.');
  print(work, json, () => work.letters.flatMap((letter) => showLines(work.book, letter)));
  return 0;
}

async function replayLetters({ desk, letters, signal }: Work): Promise<number> {
  const { replayed, refused } = await replay(desk, letters, signal);
  for (const { letter, reason } of refused) say(`${letter.position} can't be replayed: ${reason}`);
  say(
    `${replayed} dead letters replayed, ${refused.length} refused (run ${desk.run}). ./coffee dlq list --state returned shows what failed again.`,
  );
  return refused.length > 0 ? 1 : 0;
}

async function purgeLetters(work: Work, yes: string | undefined): Promise<number> {
  const { desk, book, letters, signal } = work;
  if (letters.length === 0) {
    say('No dead letter is like that.');
    return 0;
  }
  if (yes === undefined) {
    for (const line of listLines(book, letters)) console.log(line);
    say(
      `These ${letters.length} would be given up. The same command with --yes ${digestOf(letters)} does so, if they are still the same.`,
    );
    return 2;
  }
  requireDigest(letters, yes);
  const { purged, deleted } = await purge(desk, letters, signal);
  say(
    `${purged} dead letters given up, ${deleted} deleted (run ${desk.run}); what follows an open one stays, marked as purged.`,
  );
  return 0;
}

/** The states that an action is about unless --state tells. */
function usualStates(
  action: Action,
  again: boolean,
): typeof letterStates | ['new'] | ['new', 'replayed', 'returned'] {
  if (action === 'list' || action === 'show') return letterStates;
  return action === 'replay' && !again ? ['new'] : ['new', 'replayed', 'returned'];
}

export const command: Command = {
  summary: 'List, show, replay and purge dead letters',
  usage: `Usage: ./coffee dlq list|show|replay|purge [options] [LETTER…]

Dead letters are messages that could not be processed: all topics that end in .dlq. A LETTER is topic/partition/offset.

  list     what there is, and what was done about it: new, replayed, returned (failed again), purged
  show     headers, origin, error, payload and audit of the named ones
  replay   publishes the original messages to where they came from, in order. What was replayed before is left out; a
           message that was processed in the end has no second effect, because its id is known
  purge    gives letters up: lists them and says which --yes is needed, then marks them and deletes what Kafka can

Every replay and purge is in dead-letter-audit.v1: who, when, what, with which outcome. Exit code 1 when a letter can't
be replayed, 2 when a purge waits for its --yes.

  --topic NAME     orders.v1 or orders.v1.dlq
  --since TIME     2026-01-31T12:00:00Z, or 2h for two hours ago
  --until TIME     likewise
  --error CODE     malformed-event, unknown-type, invalid-data, rejected-by-database, failed
  --key KEY        the message's key: the order's id
  --state STATE    new, replayed, returned, purged or all
  --again          replay also what was replayed before
  --yes DIGEST     purge exactly what was listed
  --json           list and show as JSON on standard output`,

  async run(args, signal) {
    const { values, positionals } = parseFlags('dlq', args, options, true);
    const [name = '', ...positions] = positionals;
    const action = actions.find((known) => known === name);
    if (!action)
      throw new UserError(
        `"${name}" is nothing to do with dead letters.`,
        `Give one of ${actions.join(', ')}.`,
      );
    const selection = parseSelection(values, positions, usualStates(action, values.again));
    const access = await kafkaAccess(await readSettings(), signal);
    await using desk = await DeadLetterDesk.open(access);
    const book = await desk.read(signal);
    const work: Work = { desk, book, letters: select(book, selection), signal };
    if (action === 'list') return list(work, values.json);
    if (action === 'show') return show(work, positions, values.json);
    if (action === 'replay') return await replayLetters(work);
    return await purgeLetters(work, values.yes);
  },
};
