import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import { ApiClient } from '../stack/api-client.ts';

/** A figure of the platform, and the most that is no breach. */
export interface Objective {
  readonly name: string;
  /** PromQL with one number as its answer; no answer and NaN mean that nothing was asked. */
  readonly query: string;
  readonly most: number;
}

const requests = 'http_server_request_duration_seconds';
const ofProducer = 'service_name="producer"';

/** What loadtest/sla.json promises of answers, over the last minutes, of what the producer has measured of itself. */
export function objectives(minutes: number, slowestMs: number): readonly Objective[] {
  const window = `[${minutes}m]`;
  return [
    {
      name: 'share of requests that end with 5xx',
      query:
        `(sum(rate(${requests}_count{${ofProducer},http_response_status_code=~"5.."}${window})) or vector(0))` +
        ` / sum(rate(${requests}_count{${ofProducer}}${window}))`,
      most: 0.001,
    },
    {
      name: 'P95 of requests, in seconds',
      query: `histogram_quantile(0.95, sum by (le) (rate(${requests}_bucket{${ofProducer}}${window})))`,
      most: slowestMs / 1000,
    },
  ];
}

/** Asks Prometheus a question. @returns its number; undefined when it has none */
export type Ask = (query: string) => Promise<number | undefined>;

/**
 * @param measured requests were made: a figure that nobody has is telemetry that does not work, and no objective that held
 * @returns what is beyond its objective, in words
 */
export async function breaches(all: readonly Objective[], ask: Ask, measured = false): Promise<string[]> {
  const found: string[] = [];
  for (const { name, query, most } of all) {
    const value = await ask(query);
    if (value === undefined || Number.isNaN(value)) {
      if (measured) found.push(`${name}: nothing was measured`);
    } else if (value > most) found.push(`${name}: ${value}, at most ${most}`);
  }
  return found;
}

const answer = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/**
 * @param authority of Prometheus' certificate (PEM)
 * @throws UserError when it does not answer: nobody can say that objectives hold
 */
export async function askPrometheus(
  prometheus: URL,
  authority: string | undefined,
  query: string,
): Promise<number | undefined> {
  using client = new ApiClient(prometheus, 1, authority);
  try {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const [first] = answer.parse((await client.send({ method: 'GET', path })).body).data.result;
    return first && Number(first.value[1]);
  } catch (cause) {
    throw new UserError(`Prometheus does not answer at ${prometheus.origin}.`, 'Is telemetry up?', { cause });
  }
}
