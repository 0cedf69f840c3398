import { expect, it } from 'vitest';
import type { AuditEntry, AuditOutcome } from './audit-entry.ts';
import type { Letter } from './letter.ts';
import { LetterBook } from './letter-book.ts';
import { purge } from './purge.ts';
import { audited, sampleLetter } from './sample-letters.ts';

const { signal } = new AbortController();

/** A desk with these letters, as Kafka and the audit would keep them. */
function desk(kept: Letter[]) {
  const entries: AuditEntry[] = [];
  const truncated: string[] = [];
  return {
    truncated,
    noted: true,
    read: (): Promise<LetterBook> => Promise.resolve(new LetterBook(kept, entries)),
    async audit(letters: readonly Letter[], { action, outcome }: AuditOutcome): Promise<void> {
      if (!this.noted) throw new Error('cut off');
      entries.push(...letters.map((letter) => audited(letter, action, outcome)));
    },
    async truncate(topic: string, partition: number, offset: string): Promise<void> {
      truncated.push(`${topic}/${partition} before ${offset}`);
      for (const { message } of kept.filter((letter) => letter.message.partition === partition)) {
        if (Number(message.offset) < Number(offset))
          kept.splice(
            kept.findIndex((letter) => letter.message === message),
            1,
          );
      }
    },
  };
}

it('deletes what was given up, and marks what stands behind a kept letter', async () => {
  const letters = [sampleLetter(0, 1), sampleLetter(0, 2), sampleLetter(0, 3), sampleLetter(4, 1)] as const;
  const parts = desk([...letters]);
  const given = [letters[0], letters[2], letters[3]];
  expect(await purge(parts, given, signal)).toEqual({ purged: 3, deleted: 2 });
  expect(parts.truncated).toEqual(['orders.v1.dlq/0 before 2', 'orders.v1.dlq/4 before 2']);
});

it('deletes nothing when it could not be noted', async () => {
  const letter = sampleLetter(0, 1);
  const parts = desk([letter]);
  parts.noted = false;
  await expect(purge(parts, [letter], signal)).rejects.toThrow('cut off');
  expect(parts.truncated).toEqual([]);
});
