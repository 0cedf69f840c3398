import { type Figures, funnelSteps, paymentSteps, type Stage, stages } from '#contracts/events/analytics.ts';
import type { Aggregate } from './aggregate.ts';
import { countOf, quantile, type Sketch } from './sketch.ts';

const mostProducts = 10;
const mostShops = 20;

/** What an aggregate says, in the shape of the contract. */
export function figuresOf(aggregate: Aggregate): Figures {
  const { totals, stages: sketches, products, shops = {}, payments = {} } = aggregate;
  const funnel = funnelSteps.flatMap((step) => (totals[step] ? [[step, totals[step]] as const] : []));
  const ended = stages.flatMap((stage) => durationsOf(stage, sketches[stage]));
  return {
    orders: totals.accepted ?? 0,
    items: totals.items ?? 0,
    revenueCents: totals.revenueCents ?? 0,
    refundedCents: totals.refundedCents ?? 0,
    funnel: Object.fromEntries(funnel),
    stages: Object.fromEntries(ended),
    topProducts: bestSold(products),
    topProductsByShop: bestShops(shops),
    payments: paymentsOf(payments),
  };
}

function paymentsOf(payments: NonNullable<Aggregate['payments']>): Figures['payments'] {
  const currencies = Object.entries(payments).map(([currency, steps]) => {
    const told = paymentSteps.flatMap((step) => {
      const known = steps[step];
      return known ? [[step, { count: known.count, totalCents: known.cents }] as const] : [];
    });
    return [currency, Object.fromEntries(told)] as const;
  });
  return Object.fromEntries(currencies);
}

function bestSold(products: Aggregate['products']): Figures['topProducts'] {
  return Object.entries(products)
    .map(([productId, { quantity, cents }]) => ({ productId, quantity, salesCents: cents }))
    .sort((left, right) => right.quantity - left.quantity || (left.productId < right.productId ? -1 : 1))
    .slice(0, mostProducts);
}

/** Those that sold most first. */
function bestShops(shops: NonNullable<Aggregate['shops']>): Figures['topProductsByShop'] {
  const soldIn = (products: Aggregate['products']): number =>
    Object.values(products).reduce((sum, { quantity }) => sum + quantity, 0);
  return Object.entries(shops)
    .map(([shopId, products]) => ({ shopId, sold: soldIn(products), topProducts: bestSold(products) }))
    .sort((left, right) => right.sold - left.sold || (left.shopId < right.shopId ? -1 : 1))
    .slice(0, mostShops)
    .map(({ shopId, topProducts }) => ({ shopId, topProducts }));
}

function durationsOf(
  stage: Stage,
  sketch: Sketch | undefined,
): [Stage, NonNullable<Figures['stages'][Stage]>][] {
  if (!sketch) return [];
  const at = (q: number): number => Math.round(quantile(sketch, q));
  return [[stage, { count: countOf(sketch), p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }]];
}
