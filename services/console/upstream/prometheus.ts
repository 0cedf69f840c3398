import { z } from 'zod';
import {
  type ConsoleAlert,
  consoleAlert,
  type MetricQuery,
  type MetricSeries,
} from '#contracts/http/console.ts';
import type { Upstream } from './upstream.ts';

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);
// https://prometheus.io/docs/prometheus/latest/querying/api/
const vector = z.object({ data: z.object({ result: z.array(z.object({ metric: labels, value: point })) }) });
const matrix = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, values: z.array(point) })) }),
});
const alerts = z.object({ data: z.object({ alerts: z.array(consoleAlert) }) });

/** One value of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const finite = (text: string): number | null => (Number.isFinite(Number(text)) ? Number(text) : null);

/** Metrics and alerts. All methods throw AppError as `Upstream.ask` does. */
export class Prometheus {
  readonly #upstream: Pick<Upstream, 'ask'>;

  constructor(upstream: Pick<Upstream, 'ask'>) {
    this.#upstream = upstream;
  }

  /** Values that are no number (0 ÷ 0) are left out. */
  async now(expression: string): Promise<Sample[]> {
    const body = await this.#upstream.ask({ path: '/api/v1/query', query: { query: expression } });
    return vector.parse(body).data.result.flatMap(({ metric, value: [, text] }) => {
      const value = finite(text);
      return value === null ? [] : [{ labels: metric, value }];
    });
  }

  async range({ expression, minutes, points }: MetricQuery, now: Date): Promise<MetricSeries[]> {
    const end = now.getTime() / 1_000;
    const step = Math.max(5, Math.ceil((minutes * 60) / points));
    const query = { query: expression, start: end - minutes * 60, end, step };
    const body = await this.#upstream.ask({ path: '/api/v1/query_range', query });
    return matrix.parse(body).data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([seconds, text]) => [seconds * 1_000, finite(text)]),
    }));
  }

  async alerts(): Promise<ConsoleAlert[]> {
    return alerts.parse(await this.#upstream.ask({ path: '/api/v1/alerts' })).data.alerts;
  }
}
