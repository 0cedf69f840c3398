export interface StockPosition {
  readonly onHand: number;
  /** Ordered and not there yet. */
  readonly onOrder: number;
  /** Units in a pack: only whole packs can be bought. */
  readonly pack: number;
  readonly leadDays: number;
}

export interface Demand {
  /** Expected use in each of the coming days, at least as many as lead time and review period together. */
  readonly daily: readonly number[];
  /** Mean absolute error of a day's forecast. */
  readonly error: number;
}

export interface Reorder {
  readonly reorderPoint: number;
  /** In units, whole packs; 0: nothing is needed. */
  readonly quantity: number;
}

/** Days between two looks at the stock: an order must last until the one after it arrives. */
export const reviewDays = 2;
// 95 % of the time nothing runs out while an order is on its way.
const serviceFactor = 1.645;
// Of errors that are normally distributed: standard deviation over mean absolute error.
const deviationOverError = Math.sqrt(Math.PI / 2);

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * When and how much to order: a continuous-review policy with safety stock for the forecast's own error
 * (Silver, Pyke, Thomas: Inventory and Production Management in Supply Chains, chapter 6).
 */
export function reorder({ onHand, onOrder, pack, leadDays }: StockPosition, demand: Demand): Reorder {
  const days = leadDays + reviewDays;
  const whileWaiting = total(demand.daily.slice(0, days));
  const safety = serviceFactor * deviationOverError * demand.error * Math.sqrt(days);
  const reorderPoint = Math.ceil(whileWaiting + safety);
  const position = onHand + onOrder;
  if (position > reorderPoint) return { reorderPoint, quantity: 0 };
  const upTo = reorderPoint + total(demand.daily.slice(0, reviewDays + leadDays));
  return { reorderPoint, quantity: Math.ceil(Math.max(pack, upTo - position) / pack) * pack };
}
