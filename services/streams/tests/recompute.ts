import type { Life } from './happenings.ts';

type Sold = Readonly<Record<string, { quantity: number; cents: number }>>;

/** What happened from `from` on and before `before`, as counted by somebody who has all of it before him. */
export interface Truth {
  readonly totals: Readonly<Record<string, number>>;
  readonly products: Sold;
  readonly shops: Readonly<Record<string, Sold>>;
  /** By currency, then by what became of them. */
  readonly payments: Readonly<Record<string, Readonly<Record<string, { count: number; cents: number }>>>>;
  /** Every duration of a stage, in milliseconds, in ascending order. */
  readonly durations: Readonly<Record<string, readonly number[]>>;
}

const stageEnds: Readonly<Record<string, readonly [string, string]>> = {
  payment: ['accepted', 'paid'],
  waiting: ['paid', 'preparing'],
  preparation: ['preparing', 'ready'],
  pickup: ['ready', 'completed'],
  total: ['accepted', 'completed'],
};

/** Recomputes figures from lives, in another way than the service does: no panes, no sketches, no messages. */
export function recompute(lives: readonly Life[], from = -Infinity, before = Infinity): Truth {
  const totals: Record<string, number> = {};
  const products: Record<string, { quantity: number; cents: number }> = {};
  const shops: Record<string, Record<string, { quantity: number; cents: number }>> = {};
  const dollars: Record<string, { count: number; cents: number }> = {};
  const durations: Record<string, number[]> = {};
  const within = (at: number): boolean => at >= from && at < before;
  const count = (name: string, by: number): void => {
    totals[name] = (totals[name] ?? 0) + by;
  };
  const took = (stage: string, ms: number): void => {
    durations[stage] = [...(durations[stage] ?? []), ms].sort((left, right) => left - right);
  };
  const pay = (step: string, at: number, cents: number): boolean => {
    if (!within(at)) return false;
    const known = dollars[step] ?? { count: 0, cents: 0 };
    dollars[step] = { count: known.count + 1, cents: known.cents + cents };
    return true;
  };
  for (const { placedAt, shopId = 'main', lines, steps, payments = [] } of lives) {
    const price = lines.reduce((sum, { cents }) => sum + cents, 0);
    if (within(placedAt)) count('placed', 1);
    const times: Record<string, number> = { accepted: placedAt + 5 };
    if (within(placedAt + 5)) {
      count('accepted', 1);
      took('acceptance', 5);
      for (const { productId, quantity, cents } of lines) {
        count('items', quantity);
        const shop = shops[shopId] ?? {};
        shops[shopId] = shop;
        for (const sales of [products, shop]) {
          const sold = sales[productId] ?? { quantity: 0, cents: 0 };
          sales[productId] = { quantity: sold.quantity + quantity, cents: sold.cents + cents };
        }
      }
    }
    let at = placedAt + 5;
    for (const { action, status, afterMs } of steps) {
      at += afterMs;
      times[status] = at;
      if (!within(at)) continue;
      count(status, 1);
      if (action === 'confirm-payment') count('revenueCents', price);
      if (action === 'refund') count('refundedCents', price);
    }
    for (const [stage, [begin, end]] of Object.entries(stageEnds)) {
      const [begun, ended] = [times[begin], times[end]];
      if (begun !== undefined && ended !== undefined && within(ended)) took(stage, ended - begun);
    }
    for (const [index, { invoicedAfterMs, end, endedAfterMs, refundedAfterMs }] of payments.entries()) {
      const invoicedAt = placedAt + 5 + invoicedAfterMs;
      const endedAt = invoicedAt + endedAfterMs;
      pay('invoiced', invoicedAt, price);
      if (end === 'expired') pay('expired', endedAt, price);
      if (end !== 'settled' && end !== 'refunded') continue;
      if (pay('settled', endedAt, price)) {
        if (index === 0) count('settled', 1);
        took('settlement', endedAfterMs);
      }
      if (end === 'refunded') pay('refunded', endedAt + refundedAfterMs, price);
    }
  }
  const payments = Object.keys(dollars).length > 0 ? { USD: dollars } : {};
  return { totals, products, shops, payments, durations };
}
