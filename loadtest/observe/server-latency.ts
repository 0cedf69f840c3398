import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { ApiClient, NoReplyError } from '../../scripts/stack/api-client.ts';
import { readAuthority } from '../../scripts/stack/authority.ts';
import type { StackSettings } from '../../scripts/stack/settings.ts';
import { acceptedIn } from '../checked.ts';
import type { PhaseFigures } from '../measurements.ts';

/** The cumulative counts of a histogram by the upper bounds of its buckets, in seconds. */
export type Buckets = ReadonlyMap<number, number>;

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.looseObject({ le: z.string() }), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

const metric = 'http_server_request_duration_seconds_bucket';
// An hour back, because a process that has ended is else forgotten in the middle of a load, as if it had counted nothing.
// Only what was accepted: what the edge itself refuses the producer never sees.
const accepted =
  'service_name="producer",http_route="/v1/orders",http_request_method="POST",http_response_status_code="202"';
const query = `last_over_time(${metric}{${accepted}}[1h])`;
const lookEveryMs = 2_000;

/** The buckets of each series, by its labels: each process counts for itself. */
export type Reading = ReadonlyMap<string, Buckets>;

/** What the producer itself has counted so far, as Prometheus knows it; empty when it knows nothing. */
export async function readBuckets(client: Pick<ApiClient, 'send'>): Promise<Reading> {
  const { status, body } = await client.send({
    method: 'GET',
    path: `/api/v1/query?query=${encodeURIComponent(query)}`,
  });
  if (status !== 200) return new Map();
  const reading = new Map<string, Map<number, number>>();
  for (const { metric, value } of answer.parse(body).data.result) {
    const { le, ...labels } = metric;
    const series = JSON.stringify(Object.entries(labels).toSorted());
    const buckets = reading.get(series) ?? new Map<number, number>();
    buckets.set(le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), Number(value[1]));
    reading.set(series, buckets);
  }
  return reading;
}

const countOf = (buckets: Buckets): number => buckets.get(Number.POSITIVE_INFINITY) ?? 0;

/** What was counted between two readings. A series whose counts are smaller than before began anew. */
export function between(before: Reading, after: Reading): Buckets {
  const counted = new Map<number, number>();
  for (const [series, buckets] of after) {
    const earlier = before.get(series) ?? new Map<number, number>();
    const anew = countOf(buckets) < countOf(earlier);
    for (const [bound, count] of buckets) {
      const added = anew ? count : count - (earlier.get(bound) ?? 0);
      counted.set(bound, (counted.get(bound) ?? 0) + added);
    }
  }
  return counted;
}

/** In milliseconds, `NaN` of nothing. */
export interface BucketPercentile {
  /** As if all in its bucket were spread evenly. */
  readonly ms: number;
  /** The bounds of the bucket that it is in: it is no better known. */
  readonly lowerMs: number;
  /** Infinite beyond the last bound. */
  readonly upperMs: number;
}

/** A percentile of a histogram. */
export function percentileOf(buckets: Buckets, share: number): BucketPercentile {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const rank = countOf(buckets) * share;
  let [lower, below] = [0, 0];
  for (const [bound, count] of sorted) {
    if (count >= rank && count > below) {
      const [lowerMs, upperMs] = [lower * 1_000, bound * 1_000];
      const within = (rank - below) / (count - below);
      const ms = upperMs === Number.POSITIVE_INFINITY ? lowerMs : lowerMs + (upperMs - lowerMs) * within;
      return { ms, lowerMs, upperMs };
    }
    [lower, below] = [bound, count];
  }
  return { ms: Number.NaN, lowerMs: Number.NaN, upperMs: Number.NaN };
}

// A process that ends suddenly takes with it what it counted since it told last.
const sharePrometheusKnows = 0.98;

/** How many orders the producer has accepted and counted, at least. */
export const leastSeenByProducer = (phases: readonly Pick<PhaseFigures, 'statuses'>[]): number =>
  acceptedIn(phases) * sharePrometheusKnows;

/** Reads the producer's own record of how long it takes, from before a load and after it. */
export class ServerLatency implements Disposable {
  readonly #client: ApiClient;
  readonly #before: Reading;

  private constructor(client: ApiClient, before: Reading) {
    this.#client = client;
    this.#before = before;
  }

  /** @returns undefined when there is no Prometheus. */
  static async start(settings: StackSettings): Promise<ServerLatency | undefined> {
    const client = new ApiClient(settings.prometheusUrl, 1, await readAuthority(settings));
    try {
      return new ServerLatency(client, await readBuckets(client));
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
      client[Symbol.dispose]();
      return undefined;
    }
  }

  /**
   * What was counted since the start, once `least` requests are in it: services hand their metrics over once a minute.
   *
   * @returns undefined when they were not within `withinMs` milliseconds.
   */
  async since(least: number, withinMs: number, signal: AbortSignal): Promise<Buckets | undefined> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      signal.throwIfAborted();
      const counted = between(this.#before, await readBuckets(this.#client));
      if (countOf(counted) >= least) return counted;
      if (performance.now() > deadline) return undefined;
      await pause(lookEveryMs, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}
