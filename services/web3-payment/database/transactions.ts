import type { Address, Hex } from 'viem';
import type { Transaction } from '#platform/database/database.ts';

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A call that is to become a transaction. */
export interface Call {
  readonly purpose: string;
  readonly recipient: Address;
  readonly data: Hex;
  readonly value: bigint;
  readonly gas: bigint;
}

/** A transaction of ours; each attempt has the same nonce, so that one of them at most takes effect. */
export interface OwnTransaction extends Call {
  readonly id: number;
  readonly nonce: number;
  /** `planned`: its newest attempt may not have been sent. */
  readonly status: 'planned' | 'sent';
  readonly hashes: readonly Hex[];
  readonly raw: Hex | null;
  readonly fees: Fees | null;
  readonly sentAt: Date | null;
}

interface Account {
  readonly chain: string;
  readonly sender: Address;
}

type Row = Omit<OwnTransaction, 'value' | 'gas' | 'fees'> & {
  readonly value: string;
  readonly gas: string;
  readonly fee: string | null;
  readonly priorityFee: string | null;
};

function fromRow({ value, gas, fee, priorityFee, ...row }: Row): OwnTransaction {
  const fees =
    fee === null || priorityFee === null
      ? null
      : { maxFeePerGas: BigInt(fee), maxPriorityFeePerGas: BigInt(priorityFee) };
  return { ...row, value: BigInt(value), gas: BigInt(gas), fees };
}

/** Those that are not over, in the order in which the chain takes them. */
export async function openTransactions(
  transaction: Transaction,
  { chain, sender }: Account,
): Promise<OwnTransaction[]> {
  const { rows } = await transaction.raw<{ rows: Row[] }>(
    `select id, nonce, purpose, recipient, data, value::text, gas::text, status, hashes, raw,
            max_fee_per_gas::text as fee, max_priority_fee_per_gas::text as "priorityFee", sent_at as "sentAt"
       from payments.transactions
      where chain = ? and sender = ? and status in ('planned', 'sent') order by nonce`,
    [chain, sender],
  );
  return rows.map(fromRow);
}

/** The chain has forgotten what was over for us: it is sent again. @returns how many. */
export async function reopen(
  transaction: Transaction,
  { chain, sender }: Account,
  fromNonce: number,
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `update payments.transactions set status = 'planned', block_number = null, updated_at = now()
      where chain = ? and sender = ? and nonce >= ? and status not in ('planned', 'sent')`,
    [chain, sender, fromNonce],
  );
  return rowCount;
}

/** @param count how many transactions of the account the chain knows. */
export async function nextNonce(
  transaction: Transaction,
  { chain, sender }: Account,
  count: number,
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { next: number | null }[] }>(
    'select max(nonce) + 1 as next from payments.transactions where chain = ? and sender = ?',
    [chain, sender],
  );
  return Math.max(count, rows[0]?.next ?? 0);
}

export async function plan(
  transaction: Transaction,
  { chain, sender }: Account,
  nonce: number,
  { purpose, recipient, data, value, gas }: Call,
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { id: number }[] }>(
    `insert into payments.transactions (chain, sender, nonce, purpose, recipient, data, value, gas)
     values (?, ?, ?, ?, ?, ?, ?, ?) returning id`,
    [chain, sender, nonce, purpose, recipient, data, value.toString(), gas.toString()],
  );
  const [row] = rows;
  if (!row) throw new Error('the transaction was not written');
  return row.id;
}

/** Keeps an attempt: before it is sent, so that its hash is never forgotten. */
export async function keepAttempt(
  transaction: Transaction,
  id: number,
  attempt: { readonly hash: Hex; readonly raw: Hex; readonly fees: Fees },
): Promise<void> {
  const { hash, raw, fees } = attempt;
  await transaction.raw(
    `update payments.transactions
        set status = 'planned', hashes = array_remove(hashes, ?) || ?::text, raw = ?, max_fee_per_gas = ?,
            max_priority_fee_per_gas = ?, updated_at = now()
      where id = ?`,
    [hash, hash, raw, fees.maxFeePerGas.toString(), fees.maxPriorityFeePerGas.toString(), id],
  );
}

/** Its newest attempt was taken by a node. */
export async function markSent(transaction: Transaction, id: number): Promise<void> {
  await transaction.raw(
    "update payments.transactions set status = 'sent', sent_at = now(), updated_at = now() where id = ? and status = 'planned'",
    [id],
  );
}

export type Outcome = 'done' | 'failed' | 'replaced';

export async function finish(
  transaction: Transaction,
  id: number,
  outcome: Outcome,
  mined?: { readonly gasUsed: bigint; readonly blockNumber: bigint },
): Promise<void> {
  await transaction.raw(
    `update payments.transactions set status = ?, gas_used = ?, block_number = ?, updated_at = now() where id = ?`,
    [outcome, mined?.gasUsed.toString() ?? null, mined ? Number(mined.blockNumber) : null, id],
  );
}
