import { percentileOf } from './observe/server-latency.ts';
import type { RunResult } from './result.ts';
import type { Sla } from './sla.ts';

const ms = (value: number): string => `${value.toFixed(1)} ms`;

/**
 * Client and server must have seen the same: else one of them measures something else than it says. Both counted the orders
 * that were answered with 202, warm-up included: the client from sending, so that waiting for a free connection, which no
 * server can see, is not in it.
 *
 * The server knows its P95 as the bucket that it is in. The client's must lie in it, or be off by the margin at most. It is
 * mostly above, by the way through the edge and by how long an answer waits for the client's thread: some 100 ms where
 * client and stack share two busy cores, which is why the margin is not narrower. It may be below where the server's
 * thread is busy, which ends its count only after the answer has left.
 */
export function brokenAgreement(
  { clientP95Ms, serverBuckets }: Pick<RunResult, 'clientP95Ms' | 'serverBuckets'>,
  { afterwards }: Sla,
): string[] {
  const margin = afterwards.serverP95MarginMs;
  if (!serverBuckets) return ['the producer itself has not said how long it took: is Prometheus there?'];
  const { lowerMs, upperMs } = percentileOf(serverBuckets, 0.95);
  if (upperMs === Number.POSITIVE_INFINITY)
    return [`P95 of the server is above the last bound of its histogram, ${ms(lowerMs)}: it says nothing`];
  if (clientP95Ms >= lowerMs - margin && clientP95Ms <= upperMs + margin) return [];
  return [
    `P95 of the client ${ms(clientP95Ms)}, and of the server ${ms(lowerMs)} to ${ms(upperMs)}: more than ${ms(margin)} apart`,
  ];
}
