import { randomBytes } from 'node:crypto';

export interface StartedTrace {
  readonly traceId: string;
  /** The header of a request that begins it; sampled. https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent: string;
}

/** A new trace that a request of ours begins. */
export function startTrace(): StartedTrace {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}
