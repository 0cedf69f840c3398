import { randomBytes } from 'node:crypto';

export interface StartedTrace {
  readonly traceId: string;
  /** The header of a request that begins it. https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent: string;
}

/** A new trace that a request of ours begins, sampled unless told otherwise: head sampling belongs to whoever starts it. */
export function startTrace(sampled = true): StartedTrace {
  const traceId = randomBytes(16).toString('hex');
  const span = randomBytes(8).toString('hex');
  return { traceId, traceparent: `00-${traceId}-${span}-${sampled ? '01' : '00'}` };
}
