import type { Address, Hex, TypedDataDomain } from 'viem';

/** What the merchant signs: the struct `Invoice` of contracts/CoffeePayments.sol. */
export interface Invoice {
  readonly orderId: Hex;
  /** Zero for the native coin. */
  readonly token: Address;
  readonly amount: bigint;
  /** Zero for anybody. */
  readonly payer: Address;
  /** Seconds since the epoch. */
  readonly expiry: bigint;
}

export const invoiceTypes = {
  Invoice: [
    { name: 'orderId', type: 'bytes32' },
    { name: 'token', type: 'address' },
    { name: 'amount', type: 'uint256' },
    { name: 'payer', type: 'address' },
    { name: 'expiry', type: 'uint256' },
  ],
} as const;

/** Where an invoice is good: on one chain, with one contract. https://eips.ethereum.org/EIPS/eip-712 */
export const invoiceDomain = (chainId: number, contract: Address) =>
  ({ name: 'Go Coffee', version: '1', chainId, verifyingContract: contract }) satisfies TypedDataDomain;

/** An order's UUID as the contract knows it: 16 bytes, then zeros. */
export const orderKey = (orderId: string): Hex => `0x${orderId.replaceAll('-', '').padEnd(64, '0')}`;

/** The order's UUID of a key; undefined when it is the key of none. */
export function orderIdOf(key: Hex): string | undefined {
  const [, ...groups] = /^0x(.{8})(.{4})(.{4})(.{4})(.{12})0{32}$/.exec(key.toLowerCase()) ?? [];
  return groups.length === 0 ? undefined : groups.join('-');
}
