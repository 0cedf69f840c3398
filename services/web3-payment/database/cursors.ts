import type { Database, Transaction } from '#platform/database/database.ts';
import type { Reader } from './payments.ts';

/** A block, as far as it says which version of the chain it is in. */
export interface BlockMark {
  readonly number: number;
  readonly hash: string;
}

export interface Cursor extends BlockMark {
  /** The block's own time. */
  readonly blockTime: Date;
  /** The chain's newest block when it was last asked. */
  readonly head: number;
}

/** How far the chain was followed; undefined before the first time. */
export async function readCursor(reader: Reader, chain: string): Promise<Cursor | undefined> {
  const { rows } = await reader.raw<{ rows: Cursor[] }>(
    'select number, hash, block_time as "blockTime", head from payments.cursors where chain = ?',
    [chain],
  );
  return rows[0];
}

export async function readCursors(database: Database): Promise<Map<string, Cursor>> {
  const { rows } = await database.raw<{ rows: (Cursor & { chain: string })[] }>(
    'select chain, number, hash, block_time as "blockTime", head from payments.cursors',
  );
  return new Map(rows.map((row) => [row.chain, row]));
}

export async function putCursor(transaction: Transaction, chain: string, cursor: Cursor): Promise<void> {
  const { number, hash, blockTime, head } = cursor;
  await transaction.raw(
    `insert into payments.cursors (chain, number, hash, block_time, head) values (?, ?, ?, ?, ?)
     on conflict (chain) do update
       set number = excluded.number, hash = excluded.hash, block_time = excluded.block_time, head = excluded.head,
           updated_at = now()`,
    [chain, number, hash, blockTime, head],
  );
}

/** Marks that are known, at or below a number, the newest first. */
export async function knownMarks(reader: Reader, chain: string, upTo: number): Promise<BlockMark[]> {
  const { rows } = await reader.raw<{ rows: BlockMark[] }>(
    'select number, hash from payments.blocks where chain = ? and number <= ? order by number desc',
    [chain, upTo],
  );
  return rows;
}

/** Remembers marks, and forgets those that are further down than `keep` blocks. */
export async function putMarks(
  transaction: Transaction,
  chain: string,
  marks: readonly BlockMark[],
  keep: number,
): Promise<void> {
  await transaction.raw(
    `insert into payments.blocks (chain, number, hash)
     select ?, number, hash from jsonb_to_recordset(?::jsonb) as record (number bigint, hash text)
     on conflict (chain, number) do update set hash = excluded.hash`,
    [chain, JSON.stringify(marks)],
  );
  await transaction.raw(
    `delete from payments.blocks
      where chain = ? and number < (select max(number) from payments.blocks where chain = ?) - ?`,
    [chain, chain, keep],
  );
}

export async function forgetMarksAbove(
  transaction: Transaction,
  chain: string,
  number: number,
): Promise<void> {
  await transaction.raw('delete from payments.blocks where chain = ? and number > ?', [chain, number]);
}
