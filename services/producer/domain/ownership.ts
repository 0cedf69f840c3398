import type { Order } from '#contracts/http/orders.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { hasRole, type Identity } from '#platform/identity/identity.ts';

/** Whether somebody sees the orders of others: baristas make them, operators look after everything. */
export const seesAll = (identity: Identity): boolean => hasRole(identity, 'barista', 'operator');

/**
 * The order, if this is somebody who may know of it.
 *
 * @throws AppError `not-found`, the same for an order of somebody else as for none: ids can't be tried.
 */
export function visible(identity: Identity, order: Order | undefined): Order {
  if (order && (seesAll(identity) || order.customerId === identity.subject)) return order;
  throw new AppError('not-found', 'There is no order with this id.');
}

/**
 * The customer that somebody is, whoever she says she is.
 *
 * @param claimed what the request says, if it says something.
 * @throws AppError `forbidden` when that is somebody else.
 */
export function ownCustomerId({ subject }: Identity, claimed: string | undefined, field: string): string {
  if (claimed === undefined || claimed === subject) return subject;
  const message = 'must be your own; leave it out';
  throw new AppError('forbidden', `${field} ${message}`, { fields: [{ field, message }] });
}
