import { z } from 'zod';
import type { Span } from '#platform/telemetry/otlp-spans.ts';
import { fetchTrace, findSpans } from '../order/spans.ts';
import { ApiClient } from '../stack/api-client.ts';
import type { StackSettings } from '../stack/settings.ts';
import { type Selector, selectorsIn, selectorText } from './selectors.ts';

const sample = z.object({ metric: z.record(z.string(), z.string()) });
const queryResult = z.object({ data: z.object({ result: z.array(z.unknown()) }) });
const exemplarResult = z.object({
  data: z.array(
    z.object({ exemplars: z.array(z.object({ labels: z.record(z.string(), z.string()) })).default([]) }),
  ),
});
const parsedQuery = z.object({ data: z.unknown() });
const seriesResult = z.object({ data: z.array(z.record(z.string(), z.string())) });

/** A time from its beginning to its end. */
export interface Interval {
  readonly from: Date;
  readonly to: Date;
}

export type Language = 'promql' | 'logql' | 'traceql';

/** A backend refused a question: the expression is wrong, or it is not well. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** Asks the telemetry backends of the running stack. */
export class Backends implements Disposable {
  readonly #prometheus: ApiClient;
  readonly #loki: ApiClient;
  readonly #tempo: ApiClient;
  readonly #jaeger: ApiClient;

  /** @param authority of their certificates (PEM). */
  constructor({ prometheusUrl, lokiUrl, tempoUrl, jaegerUrl }: StackSettings, authority?: string) {
    this.#prometheus = new ApiClient(prometheusUrl, 4, authority);
    this.#loki = new ApiClient(lokiUrl, 4, authority);
    this.#tempo = new ApiClient(tempoUrl, 4, authority);
    this.#jaeger = new ApiClient(jaegerUrl, 4, authority);
  }

  /**
   * How many results an expression has now.
   *
   * @param since of lines: those before do not count. An hour ago unless told, as Loki has it.
   * @throws QueryError, NoReplyError
   */
  async count(language: Language, expression: string, since?: Date): Promise<number> {
    switch (language) {
      case 'promql':
        return (await this.samples(expression)).length;
      case 'logql':
        return this.#logs(expression, since);
      case 'traceql':
        return this.#traces(expression);
    }
  }

  /** Labels of what an instant query finds. */
  async samples(expression: string): Promise<Record<string, string>[]> {
    const body = await get(this.#prometheus, '/api/v1/query', { query: expression });
    return queryResult.parse(body).data.result.flatMap((one) => {
      const found = sample.safeParse(one);
      return found.success ? [found.data.metric] : [{}];
    });
  }

  /** Labels of all series of a service that came since then. */
  async seriesOf(service: string, since: Date): Promise<Record<string, string>[]> {
    const start = String(since.getTime() / 1000);
    const body = await get(this.#prometheus, '/api/v1/series', {
      'match[]': `{service_name="${service}"}`,
      start,
    });
    return seriesResult.parse(body).data;
  }

  /** Whether a series that the selector matches has had a sample since then. */
  async hasSeries(selector: Selector, since: Date): Promise<boolean> {
    const start = String(since.getTime() / 1000);
    const body = await get(this.#prometheus, '/api/v1/series', {
      'match[]': selectorText(selector),
      start,
      limit: '1',
    });
    return seriesResult.parse(body).data.length > 0;
  }

  /** What an expression of PromQL selects, by Prometheus' own parser. @throws QueryError when it is none */
  async selectorsOf(expression: string): Promise<Selector[]> {
    const body = await get(this.#prometheus, '/api/v1/parse_query', { query: expression });
    return selectorsIn(parsedQuery.parse(body).data);
  }

  /** The traces that exemplars of these series lead to, since then. */
  async exemplarsSince(selector: string, since: Date): Promise<string[]> {
    const body = await get(this.#prometheus, '/api/v1/query_exemplars', {
      query: selector,
      start: String(since.getTime() / 1000),
      end: String(Date.now() / 1000),
    });
    return exemplarResult
      .parse(body)
      .data.flatMap(({ exemplars }) => exemplars.flatMap(({ labels }) => labels.trace_id ?? []));
  }

  async #logs(expression: string, since?: Date, until?: Date): Promise<number> {
    const isMetric = /^\s*(sum|count|rate|topk|avg|max|min|quantile)/.test(expression);
    const path = isMetric ? '/loki/api/v1/query' : '/loki/api/v1/query_range';
    // Loki wants nanoseconds, which do not fit into a number.
    const start = since ? { start: `${since.getTime()}000000` } : {};
    const end = until ? { end: `${until.getTime()}000000` } : {};
    const body = await get(this.#loki, path, { query: expression, limit: '20', ...start, ...end });
    return queryResult.parse(body).data.result.length;
  }

  async #traces(expression: string, within?: Interval): Promise<number> {
    if (/\|\s*(rate|count_over_time|quantile_over_time|histogram_over_time)\(/.test(expression)) {
      const body = await get(this.#tempo, '/api/metrics/query_range', {
        q: expression,
        since: '15m',
        step: '60s',
      });
      return z.object({ series: z.array(z.unknown()).default([]) }).parse(body).series.length;
    }
    const time = within ? { start: wholeSeconds(within.from), end: wholeSeconds(within.to) } : {};
    const body = await get(this.#tempo, '/api/search', { q: expression, limit: '20', ...time });
    return z.object({ traces: z.array(z.unknown()).default([]) }).parse(body).traces.length;
  }

  /** Which services have a span in a trace, by Jaeger. */
  async servicesInTrace(traceId: string): Promise<string[]> {
    return (await fetchTrace(this.#jaeger, traceId)).map(({ service }) => service);
  }

  /** Spans of these traces, and of the batches that they link to: what is done for many messages at once has a trace of its own. */
  async spansOfWork(traceIds: readonly string[]): Promise<Span[]> {
    const read = async (ids: Iterable<string>): Promise<Span[]> =>
      (await Promise.all([...ids].map((id) => fetchTrace(this.#jaeger, id)))).flat();
    const own = await read(traceIds);
    const linked = own.flatMap(({ links }) => links.map(({ traceId }) => traceId));
    return [...own, ...(await read(new Set(linked.filter((id) => !traceIds.includes(id)))))];
  }

  /** Spans of the latest traces with a service that began since then, by Jaeger. */
  spansSince(service: string, since: Date): Promise<Span[]> {
    return findSpans(this.#jaeger, service, since);
  }

  /** Whether Jaeger has a trace with a service that began in this time. */
  async jaegerHas(service: string, { from, to }: Interval): Promise<boolean> {
    return (await findSpans(this.#jaeger, service, from, to)).length > 0;
  }

  /** Whether Loki has a line of a service from this time. */
  async lokiHas(service: string, { from, to }: Interval): Promise<boolean> {
    return (await this.#logs(`{service_name="${service}"}`, from, to)) > 0;
  }

  /** Whether Tempo has a trace with a service from this time. */
  async tempoHas(service: string, within: Interval): Promise<boolean> {
    return (await this.#traces(`{resource.service.name = "${service}"}`, within)) > 0;
  }

  /** Between which services a trace goes over, as `from → to`: whose spans have a parent of another. */
  async edgesInTrace(traceId: string): Promise<Set<string>> {
    const spans = await fetchTrace(this.#jaeger, traceId);
    const serviceOf = new Map(spans.map(({ spanId, service }) => [spanId, service]));
    return new Set(spans.map(({ parentId = '', service }) => `${serviceOf.get(parentId)} → ${service}`));
  }

  [Symbol.dispose](): void {
    for (const client of [this.#prometheus, this.#loki, this.#tempo, this.#jaeger]) client[Symbol.dispose]();
  }
}

/** As Tempo has times. */
const wholeSeconds = (date: Date): string => String(Math.floor(date.getTime() / 1000));

async function get(
  client: ApiClient,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { status, body } = await client.send({
    method: 'GET',
    path: `${path}?${new URLSearchParams(parameters)}`,
  });
  if (status === 200) return body;
  const { error = '' } = z
    .object({ error: z.string().optional() })
    .catch({})
    .parse(body ?? {});
  throw new QueryError(`answered ${status}${error === '' ? '' : `: ${error}`}`);
}
