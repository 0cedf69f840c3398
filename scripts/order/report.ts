import type { Order } from '#contracts/http/orders.ts';

import type { OrderTrace } from './order-trace.ts';
import type { PlacedOrder } from './place-order.ts';
import { traceTree } from './trace-tree.ts';
import { tracePage } from './wait-for-trace.ts';

/** What was ordered, and when it reached each stage. */
export function orderLines({ order, stages }: PlacedOrder): string[] {
  const times = Object.entries(stages).map(
    ([stage, elapsedMs]) => `  ${stage.padEnd(18)} ${elapsedMs.toFixed(0).padStart(6)} ms`,
  );
  return [`Order ${order.id}: ${orderLine(order)}`, ...times];
}

/** An order in one line: `1 × Flat White (large, oat-milk) for $5.40`. */
function orderLine({ items, totalCents, currency }: Order): string {
  const carts = items.map(
    ({ quantity, name, size, options }) => `${quantity} × ${name} (${[size, ...options].join(', ')})`,
  );
  const total = new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(totalCents / 100);
  return `${carts.join(', ')} for ${total}`;
}

/** The trace for people, with what is missing, and where to look at it. */
export function traceLines(trace: OrderTrace | undefined, jaegerUrl: URL): string[] {
  if (!trace) {
    const why = 'telemetry is not up (profile minimal, or its backends are still starting)';
    return [`No trace to show: nothing answers at ${jaegerUrl.origin}; ${why}.`];
  }
  const page = `Trace: ${tracePage(jaegerUrl, trace.traceId)}`;
  if (trace.missing.length === 0) return [...traceTree(trace), page];
  return [...traceTree(trace), ...trace.missing.map((part) => `Missing: ${part}`), page];
}
