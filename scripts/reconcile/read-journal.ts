import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../cli/user-error.ts';
import { type JournalEntry, journalEntry, placing } from '../traffic/journal-entry.ts';
import { journals } from '../traffic/journal-path.ts';
import { cartOf } from './cart.ts';
import type { CommandReceipt, Receipt } from './evidence.ts';

export interface ReadJournal {
  readonly path: string;
  readonly receipts: readonly Receipt[];
  readonly commandReceipts: readonly CommandReceipt[];
  /** Orders without a conclusive answer: they may or may not be there. */
  readonly unknown: number;
  /** False when its writer was killed: what is in it still counts. */
  readonly complete: boolean;
}

/** The newest journal: their names are times. @throws UserError when there is none */
export async function latestJournal(folder = journals): Promise<string> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const newest = names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .at(-1);
  if (newest) return join(folder, newest);
  throw new UserError(
    'There is no journal yet.',
    'Make one with ./coffee traffic, or name one with --journal.',
  );
}

/**
 * Reads a journal of `coffee traffic`. A torn last line, from a writer that was killed, was never confirmed to anybody.
 * @throws UserError when it can't be read, or is damaged elsewhere than at its end
 */
export async function readJournal(path: string): Promise<ReadJournal> {
  const receipts: Receipt[] = [];
  const commandReceipts: CommandReceipt[] = [];
  let unknown = 0;
  let complete = false;
  let torn: number | undefined;
  let number = 0;
  for await (const line of lines(path)) {
    number += 1;
    if (torn !== undefined) {
      throw new UserError(`${path} is damaged at line ${torn}.`, 'Reconcile an undamaged journal.');
    }
    const entry = parse(line);
    if (!entry) torn = number;
    else if (entry.type === 'answer' && entry.status === 202) {
      const { orderId, customerId, key, lines: ordered = [], totalCents = 0, commandId, action } = entry;
      if (orderId && commandId && action) commandReceipts.push({ orderId, commandId, action });
      // A 202 without an order: traffic has reported it as an error.
      else if (orderId) receipts.push({ orderId, customerId, key, ...cartOf(ordered, totalCents) });
    } else if (entry.type === 'unknown' && placing.has(entry.purpose)) unknown += 1;
    else if (entry.type === 'end') complete = true;
  }
  return { path, receipts, commandReceipts, unknown, complete };
}

async function* lines(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${path} can't be read (${code}).`, 'Name a journal of ./coffee traffic.', {
      cause: error,
    });
  }
}

function parse(line: string): JournalEntry | undefined {
  try {
    return journalEntry.safeParse(JSON.parse(line)).data;
  } catch {
    // Half a line: the caller decides whether it may be.
    return undefined;
  }
}
