import { z } from 'zod';
import { customerId } from './events/order-line.ts';

/**
 * What somebody may be.
 * - `customer`: orders for herself, and sees and cancels what she ordered.
 * - `barista`: sees all orders and moves them on.
 * - `operator`: sees everything, and decides who is a barista or an operator.
 */
export const role = z.enum(['customer', 'barista', 'operator']);
export type Role = z.infer<typeof role>;

const isRole = (name: unknown): name is Role => role.safeParse(name).success;

/** The claims of an access token (RFC 7519) that say who its bearer is; issuer and audience are the verifier's to check. */
export const accessTokenClaims = z.object({
  /** Opaque; as `customerId` it stands in a customer's orders. */
  sub: customerId,
  /** Another issuer may know roles that mean nothing here: nobody gets anything by them. */
  roles: z.array(z.unknown()).transform((names) => names.filter(isRole)),
  /** The end, in seconds since the epoch. A token without one would be good for ever. */
  exp: z.int(),
});
