import { pause } from '#platform/lifecycle/abort.ts';
import { ApiClient, NoReplyError } from '../stack/api-client.ts';
import { batchTraceId, judgeTrace, type OrderTrace } from './order-trace.ts';
import { fetchTrace } from './spans.ts';

export interface WaitForTraceOptions {
  readonly jaegerUrl: URL;
  /** Of Jaeger's certificate (PEM). */
  readonly authority?: string | undefined;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /** Milliseconds until an incomplete trace is given up; spans travel in batches of up to 5 s. 30 s unless told. */
  readonly timeoutMs?: number;
}

const pollMs = 300;

/**
 * Waits until Jaeger has the whole trace of an order, its batch included, and returns it; after the time-out it
 * returns what there is, with what is missing.
 *
 * @returns undefined when there is no telemetry: nothing listens where Jaeger should.
 */
export async function waitForTrace(options: WaitForTraceOptions): Promise<OrderTrace | undefined> {
  const { traceId, signal, timeoutMs = 30_000 } = options;
  using jaeger = new ApiClient(options.jaegerUrl, 2, options.authority);
  const deadline = performance.now() + timeoutMs;
  let trace = judgeTrace(traceId, [], []);
  while (true) {
    signal.throwIfAborted();
    try {
      const spans = await fetchTrace(jaeger, traceId);
      const batch = batchTraceId(spans);
      trace = judgeTrace(traceId, spans, batch ? await fetchTrace(jaeger, batch) : []);
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
      if (error.code === 'ECONNREFUSED') return undefined;
    }
    if (trace.missing.length === 0 || performance.now() > deadline) return trace;
    await pause(pollMs, signal);
  }
}

/** Where a person looks at a trace. */
export const tracePage = (jaegerUrl: URL, traceId: string): string =>
  new URL(`/trace/${traceId}`, jaegerUrl).href;
