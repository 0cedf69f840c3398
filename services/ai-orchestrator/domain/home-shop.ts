import { createHash } from 'node:crypto';

/**
 * The shop that a customer goes to. Orders name no shop yet: each customer has one, always the same, and a shop that opens
 * or closes moves only its own customers (rendezvous hashing, Thaler and Ravishankar 1998).
 */
export function homeShop(customerId: string, shopIds: readonly string[]): string {
  const score = (shopId: string): string =>
    createHash('sha256').update(`${shopId}/${customerId}`).digest('hex');
  const [first] = shopIds.toSorted((a, b) => score(b).localeCompare(score(a)));
  if (first === undefined) throw new Error('there is no shop: run the migrations');
  return first;
}
