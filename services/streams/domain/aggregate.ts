import type { FunnelStep, PaymentStep, Stage } from '#contracts/events/analytics.ts';
import { addValue, mergeSketch, type Sketch } from './sketch.ts';

/** What is counted besides the steps of the funnel. */
export type Total = 'items' | 'revenueCents' | 'refundedCents';

export interface Sales {
  quantity: number;
  cents: number;
}

export interface Payments {
  readonly count: number;
  readonly cents: number;
}

/**
 * What is known of a stretch of event time, as plain data. Aggregates can be merged in any order, so partitions,
 * panes and what came late add up to the same whole.
 */
export interface Aggregate {
  readonly totals: Partial<Record<FunnelStep | Total, number>>;
  readonly stages: Partial<Record<Stage, Sketch>>;
  readonly products: Record<string, Sales>;
  /** Products by shop; what was stored before there were shops has none. */
  shops?: Record<string, Record<string, Sales>>;
  /** Payments on chains, by currency; what was stored before they were read has none. */
  payments?: Record<string, Partial<Record<PaymentStep, Payments>>>;
  /** How many orders each customer placed: to find out who places too many; it ends with the pane. */
  readonly customers: Record<string, number>;
  /** How often a name or an address was not let in, likewise; what was stored before this was counted has none. */
  signInFailures?: Record<string, number>;
}

export const emptyAggregate = (): Aggregate => ({
  totals: {},
  stages: {},
  products: {},
  customers: {},
});

/** Adds `from` to `into`. */
export function mergeAggregate(into: Aggregate, from: Aggregate): void {
  for (const [name, value] of Object.entries(from.totals)) addTotal(into, name as FunnelStep | Total, value);
  for (const [stage, sketch] of Object.entries(from.stages))
    mergeSketch(sketchOf(into, stage as Stage), sketch);
  for (const [productId, sales] of Object.entries(from.products)) addSales(into, productId, sales);
  for (const [shopId, products] of Object.entries(from.shops ?? {}))
    for (const [productId, sales] of Object.entries(products)) addShopSales(into, shopId, productId, sales);
  for (const [currency, steps] of Object.entries(from.payments ?? {}))
    for (const [step, payments] of Object.entries(steps))
      addPayments(into, currency, step as PaymentStep, payments);
  for (const [customerId, orders] of Object.entries(from.customers)) addOrders(into, customerId, orders);
  for (const [who, failures] of Object.entries(from.signInFailures ?? {}))
    addSignInFailure(into, who, failures);
}

export function mergedAggregate(aggregates: Iterable<Aggregate>): Aggregate {
  const merged = emptyAggregate();
  for (const aggregate of aggregates) mergeAggregate(merged, aggregate);
  return merged;
}

export function addTotal(aggregate: Aggregate, name: FunnelStep | Total, value: number): void {
  aggregate.totals[name] = (aggregate.totals[name] ?? 0) + value;
}

export function addDuration(aggregate: Aggregate, stage: Stage, ms: number): void {
  // Two machines' clocks may say that something ended before it began.
  addValue(sketchOf(aggregate, stage), Math.max(0, ms));
}

export function addSales({ products }: Aggregate, productId: string, sales: Sales): void {
  products[productId] = sumOf(products[productId], sales);
}

export function addShopSales(aggregate: Aggregate, shopId: string, productId: string, sales: Sales): void {
  const shops = aggregate.shops ?? {};
  const products = shops[shopId] ?? {};
  products[productId] = sumOf(products[productId], sales);
  aggregate.shops = { ...shops, [shopId]: products };
}

export function addPayments(
  aggregate: Aggregate,
  currency: string,
  step: PaymentStep,
  { count, cents }: Payments,
): void {
  const currencies = aggregate.payments ?? {};
  const known = currencies[currency]?.[step];
  const sum = { count: (known?.count ?? 0) + count, cents: (known?.cents ?? 0) + cents };
  aggregate.payments = { ...currencies, [currency]: { ...currencies[currency], [step]: sum } };
}

const sumOf = (known: Sales | undefined, { quantity, cents }: Sales): Sales => ({
  quantity: (known?.quantity ?? 0) + quantity,
  cents: (known?.cents ?? 0) + cents,
});

export function addOrders({ customers }: Aggregate, customerId: string, orders: number): void {
  customers[customerId] = (customers[customerId] ?? 0) + orders;
}

export function addSignInFailure(aggregate: Aggregate, who: string, failures: number): void {
  const known = aggregate.signInFailures ?? {};
  known[who] = (known[who] ?? 0) + failures;
  aggregate.signInFailures = known;
}

/** Without who did something how often: that is of interest while its pane is closed, and no longer. */
export const withoutNames = ({ totals, stages, products, shops, payments }: Aggregate): Aggregate => ({
  totals,
  stages,
  products,
  ...(shops ? { shops } : {}),
  ...(payments ? { payments } : {}),
  customers: {},
});

/** Whether something of it is in the figures. */
export const hasFigures = ({ totals, stages, products, payments = {} }: Aggregate): boolean =>
  [totals, stages, products, payments].some((part) => Object.keys(part).length > 0);

function sketchOf(aggregate: Aggregate, stage: Stage): Sketch {
  const sketch = aggregate.stages[stage] ?? {};
  aggregate.stages[stage] = sketch;
  return sketch;
}
