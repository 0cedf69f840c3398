import { hash } from 'node:crypto';
import { v5 as uuid } from 'uuid';
import type { CustomerOrder } from '#contracts/http/orders.ts';

/** Never change it: it is part of every order's id. Made once with `uuidgen`. */
const orderNamespace = '0b9c1d5e-6f43-4c0e-9a55-3a1f0c7d2e84';

/**
 * The id of the order that a customer places under an Idempotency-Key: the same for every repeat, on every replica
 * (design.md, decision 3). Neither a region, a customer id nor a header has a line break, so no two of them give the same name.
 *
 * @param region where the order is placed, where there are several: what is placed in two of them is two orders
 * (docs/multi-region.md)
 */
export const orderIdOf = (customerId: string, idempotencyKey: string, region?: string): string =>
  uuid([...(region ? [region] : []), customerId, idempotencyKey].join('\n'), orderNamespace);

/**
 * The event id of the command that places an order: a repeat of a request is the same event, and another request
 * under the same key is another event, which the consumer records as a conflict.
 */
export const commandIdOf = (orderId: string, fingerprint: string): string =>
  uuid(`place:${fingerprint}`, orderId);

/**
 * SHA-256 in hexadecimal of a validated request in canonical JSON: the order of fields and of options, and whether
 * an empty list of options was sent, make no difference; the order of items does.
 */
export function fingerprintOf(request: CustomerOrder): string {
  const canonical = [
    request.customerId,
    request.items.map((item) => [item.productId, item.size, item.quantity, ...item.options.toSorted()]),
    // Only when it is not the default: fingerprints from before there was a choice stay what they are.
    ...(request.paymentMethod === 'counter' ? [] : [request.paymentMethod]),
    // No payment method has a colon.
    ...(request.shopId === 'main' ? [] : [`shop:${request.shopId}`]),
  ];
  return hash('sha256', JSON.stringify(canonical), 'hex');
}
