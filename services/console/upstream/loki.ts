import { z } from 'zod';
import type { LogLine, LogQuery } from '#contracts/http/console.ts';
import { logql } from '../logql.ts';
import type { Upstream } from './upstream.ts';

const labels = z.record(z.string(), z.string());
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
const streams = z.object({
  data: z.object({
    result: z.array(
      z.object({ stream: labels, values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())) }),
    ),
  }),
});

const known = new Set(['service_name', 'detected_level', 'severity_text', 'trace_id']);

/** Logs. Throws AppError as `Upstream.ask` does. */
export class Loki {
  readonly #upstream: Pick<Upstream, 'ask'>;

  constructor(upstream: Pick<Upstream, 'ask'>) {
    this.#upstream = upstream;
  }

  /** The newest first. */
  async lines(query: LogQuery, now: Date): Promise<LogLine[]> {
    const parameters = {
      query: logql(query),
      start: new Date(now.getTime() - query.minutes * 60_000).toISOString(),
      end: now.toISOString(),
      limit: query.limit,
      direction: 'backward',
    };
    const body = await this.#upstream.ask({ path: '/loki/api/v1/query_range', query: parameters });
    return streams
      .parse(body)
      .data.result.flatMap(({ stream, values }) =>
        values.map(([nanoseconds, message]) => ({
          at: new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString(),
          service: stream.service_name ?? 'unknown',
          level: (stream.severity_text ?? stream.detected_level ?? 'unknown').toLowerCase(),
          message,
          traceId: stream.trace_id ?? null,
          fields: Object.fromEntries(Object.entries(stream).filter(([name]) => !known.has(name))),
        })),
      )
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, query.limit);
  }
}
