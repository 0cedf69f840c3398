import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal-entry.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (at: string): JournalEntry => ({ type: 'end', at });

test('what append resolved for is in the file, in order', async () => {
  const path = join(folder, 'made', 'on-demand.jsonl');
  await using journal = await Journal.create(path);
  await Promise.all(Array.from({ length: 100 }, (_, index) => journal.append(entry(String(index)))));
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).at)).toEqual(
    Array.from({ length: 100 }, (_, index) => String(index)),
  );
});

test('closing writes what is waiting', async () => {
  const path = join(folder, 'journal.jsonl');
  const journal = await Journal.create(path);
  const appended = journal.append(entry('last'));
  await journal[Symbol.asyncDispose]();
  await appended;
  expect(await readFile(path, 'utf8')).toContain('last');
});

test('never appends to the journal of another run', async () => {
  const path = join(folder, 'journal.jsonl');
  await using _first = await Journal.create(path);
  await expect(Journal.create(path)).rejects.toThrow(/EEXIST/);
});
