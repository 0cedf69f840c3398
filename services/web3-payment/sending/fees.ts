import type { Fees } from '../database/transactions.ts';

// Nodes replace a transaction by one with the same nonce when it pays a tenth more; an eighth leaves room for rounding.
const bump = (fee: bigint): bigint => fee + fee / 8n + 1n;
// Math.min takes no bigint.
const smaller = (one: bigint, other: bigint): bigint => (one > other ? other : one);
const larger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/**
 * What to pay for the next attempt: what the chain asks for now, and enough more than before to replace what is stuck.
 *
 * @returns undefined when that is more than `most`: what was sent stays as it is until the chain is cheaper.
 */
export function feesFor(asked: Fees, before: Fees | null, most: bigint): Fees | undefined {
  if (before === null) {
    const maxFeePerGas = smaller(asked.maxFeePerGas, most);
    return { maxFeePerGas, maxPriorityFeePerGas: smaller(asked.maxPriorityFeePerGas, maxFeePerGas) };
  }
  const maxFeePerGas = larger(asked.maxFeePerGas, bump(before.maxFeePerGas));
  if (maxFeePerGas > most) return undefined;
  const priority = larger(asked.maxPriorityFeePerGas, bump(before.maxPriorityFeePerGas));
  return { maxFeePerGas, maxPriorityFeePerGas: smaller(priority, maxFeePerGas) };
}
