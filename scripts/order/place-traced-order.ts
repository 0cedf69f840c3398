import type { PaymentMethod } from '#contracts/order-lifecycle.ts';
import { step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { readAuthority } from '../stack/authority.ts';
import type { Entrance } from '../stack/entrance.ts';
import { readSettings } from '../stack/settings.ts';
import type { OrderTrace } from './order-trace.ts';
import { type PlacedOrder, placeOrder } from './place-order.ts';
import { orderLines, traceLines } from './report.ts';
import { tracePage, waitForTrace } from './wait-for-trace.ts';

export interface TracedOrder extends PlacedOrder {
  /** Undefined without telemetry. */
  readonly trace: OrderTrace | undefined;
  /** Where a person looks at it. */
  readonly traceUrl: string;
}

/** The order arrived, telemetry is up, and yet a part of the trace is not there. */
export class IncompleteTraceError extends UserError {
  readonly traced: TracedOrder;

  constructor(traced: TracedOrder) {
    super(
      `The order's trace is incomplete: ${traced.trace?.missing.join(', ')}.`,
      'See ./coffee logs otel-collector and ./coffee logs jaeger.',
    );
    this.traced = traced;
  }
}

export interface PlaceTracedOrderOptions {
  readonly signal: AbortSignal;
  /** Through the edge unless told. */
  readonly through?: Entrance | undefined;
  /** What to order; something popular unless told. */
  readonly product?: string | undefined;
  /** At the counter unless told. */
  readonly pay?: PaymentMethod | undefined;
  /** Takes the lines for people; standard output unless told. */
  readonly show?: (line: string) => void;
}

/**
 * Places one order, shows how it moves through its stages, and ends with its trace.
 * @throws UserError when the order is refused or does not arrive
 * @throws IncompleteTraceError when telemetry is up and the trace is incomplete
 */
export async function placeTracedOrder(options: PlaceTracedOrderOptions): Promise<TracedOrder> {
  const { signal, product, pay, through, show = console.log } = options;
  const settings = await readSettings();
  const placed = await step('Placing an order', ({ note }) =>
    placeOrder({
      settings,
      signal,
      product,
      pay,
      through,
      onPayment: (step) => show(`  ${step}`),
      onStage: (stage, elapsedMs) => note(`${stage} after ${elapsedMs.toFixed(0)} ms`),
    }),
  );
  for (const line of orderLines(placed)) show(line);
  const { traceId } = placed;
  const { jaegerUrl } = settings;
  const authority = await readAuthority(settings);
  const trace = await step('Waiting for its trace', () =>
    waitForTrace({ jaegerUrl, authority, traceId, signal }),
  );
  for (const line of traceLines(trace, jaegerUrl)) show(line);
  const traced = { ...placed, trace, traceUrl: tracePage(jaegerUrl, traceId) };
  if (trace && trace.missing.length > 0) throw new IncompleteTraceError(traced);
  return traced;
}
