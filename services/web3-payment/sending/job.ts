import {
  BaseError,
  ContractFunctionRevertedError,
  EstimateGasExecutionError,
  ExecutionRevertedError,
} from 'viem';
import type { Transaction } from '#platform/database/database.ts';
import type { ChainClient } from '../chain/chain-client.ts';
import type { Signer } from '../chain/signer.ts';
import type { Call } from '../database/transactions.ts';

/** Something that a sender does for payments, many in a transaction. */
export interface Job {
  readonly purpose: string;
  /** Takes what waits, locked until the transaction ends, and makes a call of it; undefined when nothing waits. */
  readonly next: (transaction: Transaction, context: JobContext) => Promise<PlannedCall | undefined>;
  /** The transaction had no effect: its payments wait again. */
  readonly release: (transaction: Transaction, transactionId: number) => Promise<void>;
}

export interface JobContext {
  readonly chain: ChainClient;
  readonly signer: Signer;
}

export interface PlannedCall {
  readonly call: Call;
  /** Notes at the payments which transaction takes care of them. */
  readonly link: (transaction: Transaction, transactionId: number) => Promise<void>;
}

type Draft = Omit<Call, 'gas'>;

/** A node's estimate is of the state before; others' transactions may come first. */
const withMargin = (gas: bigint): bigint => gas + gas / 5n;

/**
 * The largest leading part of these items that the contract takes in one call, found by halving.
 *
 * @returns what is taken, with its gas, and the items that the contract refuses by themselves.
 */
export async function largestAccepted<T>(
  items: readonly T[],
  draft: (items: readonly T[]) => Draft,
  { chain, signer }: JobContext,
): Promise<{ readonly accepted: readonly T[]; readonly call?: Call; readonly refused: readonly T[] }> {
  const [only] = items;
  if (only === undefined) return { accepted: [], refused: [] };
  const call = draft(items);
  const { recipient: to, data, value } = call;
  try {
    const gas = await chain.client.estimateGas({ account: signer.address, to, data, value });
    return { accepted: items, call: { ...call, gas: withMargin(gas) }, refused: [] };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (items.length === 1) return { accepted: [], refused: [only] };
    const half = Math.ceil(items.length / 2);
    const first = await largestAccepted(items.slice(0, half), draft, { chain, signer });
    if (first.accepted.length > 0) return first;
    const second = await largestAccepted(items.slice(half), draft, { chain, signer });
    return { ...second, refused: [...first.refused, ...second.refused] };
  }
}

/** Whether the contract said no, and not the endpoint. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  const reverted = error.walk(
    (cause) => cause instanceof ExecutionRevertedError || cause instanceof ContractFunctionRevertedError,
  );
  return reverted !== null && error instanceof EstimateGasExecutionError;
}
