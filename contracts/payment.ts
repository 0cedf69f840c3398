import { z } from 'zod';

/**
 * Where the payment of an order on a chain is. `pending`: its transaction is in a block that may still be replaced, or was in
 * one that was. `settled`: it is so many blocks deep that it stays.
 */
export const paymentStatuses = [
  'open',
  'pending',
  'settled',
  'refunding',
  'refunded',
  'cancelled',
  'expired',
] as const;
export const paymentStatus = z.enum(paymentStatuses);
export type PaymentStatus = z.infer<typeof paymentStatus>;

/** Name of a chain in the configuration: `local`, `base`. */
export const chainName = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"');

/** Symbol of a token, or of the chain's own coin: `USDC`, `ETH`. */
export const tokenSymbol = z.string().regex(/^[A-Z0-9]{2,11}$/, 'must be 2 to 11 capital letters or digits');

/** An account on a chain. https://eips.ethereum.org/EIPS/eip-55 in upper and lower case; compared without it. */
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hexadecimal digits');

/** A transaction's or a block's hash. */
export const hash = z.string().regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 64 lower-case hexadecimal digits');

/** An amount in a token's smallest unit, as text: it does not fit into a number. */
export const tokenAmount = z.string().regex(/^(0|[1-9]\d{0,77})$/, 'must be a whole number');
