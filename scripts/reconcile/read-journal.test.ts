import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { latestJournal, readJournal } from './read-journal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const line = { productId: 'latte', name: 'Latte', size: 'small', options: ['b', 'a'], quantity: 2 };
const answer = {
  type: 'answer',
  at: '2026-01-01T00:00:00Z',
  purpose: 'order',
  customerId: 'c1',
  key: 'k1',
  attempt: 1,
  status: 202,
  latencyMs: 3.1,
  orderId: 'o1',
  totalCents: 800,
  lines: [{ ...line, unitPriceCents: 400, lineTotalCents: 800 }],
};
const unknown = {
  type: 'unknown',
  at: '',
  purpose: 'order',
  customerId: 'c1',
  key: 'k2',
  attempts: 3,
  reason: 'TIMEOUT',
};
const end = { type: 'end', at: '2026-01-01T00:00:00Z' };

async function journal(...lines: (object | string)[]): Promise<string> {
  const path = join(folder, '2026-01-01.jsonl');
  await writeFile(
    path,
    lines.map((entry) => (typeof entry === 'string' ? entry : `${JSON.stringify(entry)}\n`)).join(''),
  );
  return path;
}

test('takes every 202 as a receipt, and counts what stayed unknown', async () => {
  const read = await readJournal(
    await journal(answer, { ...answer, status: 503 }, unknown, { ...unknown, purpose: 'read' }, end),
  );
  expect(read.receipts).toEqual([
    {
      orderId: 'o1',
      customerId: 'c1',
      key: 'k1',
      cart: '2× latte small a b',
      priced: '2× latte small a b at 400/800',
      totalCents: 800,
    },
  ]);
  expect(read).toMatchObject({ unknown: 1, complete: true });
});

test('tolerates a torn last line: it was never confirmed', async () => {
  const read = await readJournal(await journal(answer, '{"type":"answ'));
  expect(read.receipts).toHaveLength(1);
  expect(read.complete).toBe(false);
});

test('refuses a journal that is damaged elsewhere', async () => {
  await expect(readJournal(await journal('{"type":"answ\n', answer))).rejects.toThrow(/damaged at line 1/);
});

test('says when there is no such journal', async () => {
  await expect(readJournal(join(folder, 'none.jsonl'))).rejects.toThrow(/ENOENT/);
  await expect(latestJournal(join(folder, 'none'))).rejects.toThrow(/no journal yet/);
  await expect(latestJournal(folder)).rejects.toThrow(/no journal yet/);
});

test('takes the newest', async () => {
  const newer = join(folder, '2026-02-01.jsonl');
  await journal(answer);
  await writeFile(newer, '');
  await writeFile(join(folder, 'zzz.txt'), '');
  expect(await latestJournal(folder)).toBe(newer);
});
