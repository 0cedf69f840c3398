export interface ShopStock {
  readonly shopId: string;
  readonly ingredientId: string;
  readonly onHand: number;
  readonly reorderPoint: number;
}

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly ingredientId: string;
  readonly quantity: number;
}

// A shop gives what is above this many times its own reorder point, and is helped up to it once.
const keeps = 2;

/**
 * What shops that run short get from others that have plenty: from the nearest one, never so much that the giver runs
 * short.
 *
 * @param minutes between two shops.
 */
export function planTransfers(
  stock: readonly ShopStock[],
  minutes: (from: string, to: string) => number,
): Transfer[] {
  const left = new Map(
    stock.map((position) => [`${position.shopId}/${position.ingredientId}`, position.onHand]),
  );
  const transfers: Transfer[] = [];
  const short = stock
    .filter(({ onHand, reorderPoint }) => onHand < reorderPoint)
    .toSorted((a, b) => a.onHand / a.reorderPoint - b.onHand / b.reorderPoint);
  for (const { shopId: to, ingredientId, onHand, reorderPoint } of short) {
    let missing = Math.ceil(reorderPoint * keeps - onHand);
    const givers = stock
      .filter((other) => other.ingredientId === ingredientId && other.shopId !== to)
      .toSorted((a, b) => minutes(a.shopId, to) - minutes(b.shopId, to));
    for (const { shopId: from, reorderPoint: own } of givers) {
      const key = `${from}/${ingredientId}`;
      const spare = Math.floor((left.get(key) ?? 0) - own * keeps);
      const quantity = Math.min(spare, missing);
      if (quantity <= 0) continue;
      transfers.push({ from, to, ingredientId, quantity });
      left.set(key, (left.get(key) ?? 0) - quantity);
      missing -= quantity;
      if (missing <= 0) break;
    }
  }
  return transfers;
}
