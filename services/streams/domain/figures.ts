import { type Figures, funnelSteps, type Stage, stages } from '#contracts/events/analytics.ts';
import type { Aggregate } from './aggregate.ts';
import { countOf, quantile, type Sketch } from './sketch.ts';

const mostProducts = 10;

/** What an aggregate says, in the shape of the contract. */
export function figuresOf({ totals, stages: sketches, products }: Aggregate): Figures {
  const funnel = funnelSteps.flatMap((step) => (totals[step] ? [[step, totals[step]] as const] : []));
  const ended = stages.flatMap((stage) => durationsOf(stage, sketches[stage]));
  const topProducts = Object.entries(products)
    .map(([productId, { quantity, cents }]) => ({ productId, quantity, salesCents: cents }))
    .sort((left, right) => right.quantity - left.quantity || (left.productId < right.productId ? -1 : 1))
    .slice(0, mostProducts);
  return {
    orders: totals.accepted ?? 0,
    items: totals.items ?? 0,
    revenueCents: totals.revenueCents ?? 0,
    refundedCents: totals.refundedCents ?? 0,
    funnel: Object.fromEntries(funnel),
    stages: Object.fromEntries(ended),
    topProducts,
  };
}

function durationsOf(
  stage: Stage,
  sketch: Sketch | undefined,
): [Stage, NonNullable<Figures['stages'][Stage]>][] {
  if (!sketch) return [];
  const at = (q: number): number => Math.round(quantile(sketch, q));
  return [[stage, { count: countOf(sketch), p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }]];
}
