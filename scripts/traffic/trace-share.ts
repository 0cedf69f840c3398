import { startTrace } from '../order/start-trace.ts';

// Customers a second whose traces are kept: at 200/s, keeping all would cost more than taking the orders.
const tracedPerSecond = 20;

/** The share of requests whose traces are kept, at `rate` customers a second. */
export const traceShare = (rate: number): number => Math.min(1, tracedPerSecond / rate);

/** The header of a new trace, which is kept with that share as its probability. */
export const traceparent = (share: number): string => startTrace(Math.random() < share).traceparent;
