import { randomBytes } from 'node:crypto';

// Customers a second whose traces are kept: at 200/s, keeping all would cost more than taking the orders.
const tracedPerSecond = 20;

/** The share of requests whose traces are kept, at `rate` customers a second. */
export const traceShare = (rate: number): number => Math.min(1, tracedPerSecond / rate);

/**
 * W3C trace context of a new trace, sampled or not: head sampling belongs to whoever starts the trace.
 * https://www.w3.org/TR/trace-context/: version, trace, the client's own span, flags
 */
export function traceparent(share: number): string {
  const sampled = Math.random() < share ? '01' : '00';
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${sampled}`;
}
