import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem';
import { coffeePaymentsAbi } from '../contracts/compiled/coffee-payments.ts';
import { orderIdOf } from './invoice.ts';

/** An event of the payment contract about an order. */
export interface Sighting {
  readonly kind: 'paid' | 'refunded' | 'refund-failed';
  readonly orderId: string;
  readonly payer: Address;
  readonly token: Address;
  readonly amount: bigint;
  readonly transactionHash: Hex;
  readonly logIndex: number;
  readonly blockNumber: number;
  readonly blockHash: Hex;
}

const kinds = { Paid: 'paid', Refunded: 'refunded', RefundFailed: 'refund-failed' } as const;

interface ContractLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly transactionHash: Hex | null;
  readonly logIndex: number | null;
  readonly blockNumber: bigint | null;
  readonly blockHash: Hex | null;
}

/** What the contract's logs say about orders; other logs, and other contracts' logs, say nothing. */
export function sightingsIn(logs: readonly ContractLog[], contract: Address): Sighting[] {
  const own = logs.filter(({ address }) => address.toLowerCase() === contract.toLowerCase());
  const eventName = ['Paid', 'Refunded', 'RefundFailed'] as const;
  return parseEventLogs({ abi: coffeePaymentsAbi, eventName: [...eventName], logs: own as never }).flatMap(
    ({ args, eventName: name, transactionHash, logIndex, blockNumber, blockHash }): Sighting[] => {
      const orderId = orderIdOf(args.orderId);
      if (orderId === undefined) return [];
      const { payer, token, amount } = args;
      const place = { transactionHash, logIndex, blockNumber: Number(blockNumber), blockHash };
      return [{ kind: kinds[name], orderId, payer, token, amount, ...place }];
    },
  );
}

/** The sightings of a range of blocks, both ends included. */
export async function sightingsBetween(
  client: PublicClient,
  contract: Address,
  fromBlock: number,
  toBlock: number,
): Promise<Sighting[]> {
  const range = { fromBlock: BigInt(fromBlock), toBlock: BigInt(toBlock) };
  return sightingsIn(await client.getLogs({ address: contract, ...range }), contract);
}

/** Those of a transaction; undefined when no block has it. */
export async function sightingsOf(
  client: PublicClient,
  contract: Address,
  hash: Hex,
): Promise<Sighting[] | undefined> {
  const receipt = await receiptOf(client, hash);
  return receipt && sightingsIn(receipt.logs, contract);
}

/** A transaction's receipt; undefined when no block has it. */
export async function receiptOf(client: PublicClient, hash: Hex) {
  try {
    return await client.getTransactionReceipt({ hash });
  } catch (error) {
    if (error instanceof Error && error.name === 'TransactionReceiptNotFoundError') return undefined;
    throw error;
  }
}

/** Whether two endpoints tell the same of the same log, in the same block. */
export const sameSighting = (one: Sighting, other: Sighting): boolean =>
  one.kind === other.kind &&
  one.orderId === other.orderId &&
  one.payer.toLowerCase() === other.payer.toLowerCase() &&
  one.token.toLowerCase() === other.token.toLowerCase() &&
  one.amount === other.amount &&
  one.transactionHash === other.transactionHash &&
  one.logIndex === other.logIndex &&
  one.blockHash === other.blockHash;
