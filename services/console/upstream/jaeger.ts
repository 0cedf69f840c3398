import { z } from 'zod';
import type { ConsoleSpan, TraceQuery, TraceSummary } from '#contracts/http/console.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { spansOf } from '#platform/telemetry/otlp-spans.ts';
import type { Upstream } from './upstream.ts';

const answer = z.object({ result: z.unknown() });

const consoleSpans = (body: unknown): ConsoleSpan[] =>
  spansOf(answer.parse(body).result).map(({ parentId = null, ...span }) => ({ ...span, parentId }));

/** The newest first. */
function summaries(spans: readonly ConsoleSpan[]): TraceSummary[] {
  const traces = Map.groupBy(spans, ({ traceId }) => traceId);
  const found = [...traces].map(([traceId, unordered]) => {
    const all = unordered.toSorted((a, b) => a.startMs - b.startMs);
    const first = all.find(({ parentId }) => parentId === null) ?? (all[0] as ConsoleSpan);
    const startMs = Math.min(...all.map((span) => span.startMs));
    return {
      traceId,
      name: first.name,
      service: first.service,
      startMs,
      durationMs: Math.max(...all.map((span) => span.startMs + span.durationMs)) - startMs,
      spans: all.length,
      failed: all.some(({ failed }) => failed),
      services: [...new Set(all.map(({ service }) => service))],
    };
  });
  return found.toSorted((a, b) => b.startMs - a.startMs);
}

/**
 * Traces, by Jaeger's stable query API (v3, OTLP JSON). All methods throw AppError as `Upstream.ask` does.
 * https://www.jaegertracing.io/docs/2.13/architecture/apis/
 */
export class Jaeger {
  readonly #upstream: Pick<Upstream, 'ask'>;

  constructor(upstream: Pick<Upstream, 'ask'>) {
    this.#upstream = upstream;
  }

  /** @throws AppError `not-found` too: a trace comes some seconds after its order. */
  async trace(traceId: string): Promise<ConsoleSpan[]> {
    const spans = consoleSpans(await this.#upstream.ask({ path: `/api/v3/traces/${traceId}` }));
    if (spans.length === 0) throw new AppError('not-found', 'There is no such trace.');
    return spans.toSorted((a, b) => a.startMs - b.startMs);
  }

  async search(
    { service, operation, minDurationMs, minutes, limit }: TraceQuery,
    now: Date,
  ): Promise<TraceSummary[]> {
    const query = {
      'query.service_name': service,
      'query.operation_name': operation,
      'query.start_time_min': new Date(now.getTime() - minutes * 60_000).toISOString(),
      'query.start_time_max': now.toISOString(),
      'query.duration_min': minDurationMs === undefined ? undefined : `${minDurationMs}ms`,
      'query.num_traces': limit,
    };
    try {
      return summaries(consoleSpans(await this.#upstream.ask({ path: '/api/v3/traces', query })));
    } catch (error) {
      // Jaeger's word for no match.
      if (error instanceof AppError && error.code === 'not-found') return [];
      throw error;
    }
  }
}
