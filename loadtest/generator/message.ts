import type { Menu } from '#contracts/http/menu.ts';
import type { Mix } from '../scenarios.ts';
import type { Phase } from '../schedule.ts';

/** What a generator is told. */
export interface GeneratorOrders {
  readonly url: string;
  /** What the server's certificate has to name, where it is not the host of the URL. */
  readonly servername?: string;
  /** Of the server's certificate (PEM), for `https:`. */
  readonly authority: string | undefined;
  /** Of the tokens. */
  readonly tokenSecret: string;
  readonly phases: readonly Phase[];
  readonly share: { readonly index: number; readonly of: number };
  readonly connections: number;
  readonly customerIds: readonly string[];
  readonly menu: Menu;
  readonly mix: Mix;
  readonly seed: number;
  readonly traceShare: number;
  readonly forwardedFor: boolean;
  readonly journalPath: string;
  /** How many of the accepted orders a second are named, for somebody who serves them. */
  readonly namedPerSecond: number;
}

/** What became of one request. Times are milliseconds. */
export interface Sample {
  /** Index of its phase. */
  readonly phase: number;
  /** When it was due, from the start of the run. */
  readonly dueMs: number;
  /** From when it was due to its answer. */
  readonly latencyMs: number;
  /** From when it was sent to its answer. */
  readonly serviceMs: number;
  /** 0: no answer came. -1: it was never sent. */
  readonly status: number;
}

export const notSent = -1;

/** What generators are told while they run. */
export type ToGenerator = { readonly type: 'start'; readonly at: number } | { readonly type: 'stop' };

/** What they tell. Samples come as rows of five numbers, in the order of `Sample`. */
export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'samples'; readonly rows: Float64Array; readonly placed: readonly string[] }
  | { readonly type: 'untrusted'; readonly why: string }
  | { readonly type: 'done' };

const width = 5;

export function packSamples(samples: readonly Sample[]): Float64Array {
  const rows = new Float64Array(samples.length * width);
  for (const [index, { phase, dueMs, latencyMs, serviceMs, status }] of samples.entries())
    rows.set([phase, dueMs, latencyMs, serviceMs, status], index * width);
  return rows;
}

export function* unpackSamples(rows: Float64Array): Generator<Sample> {
  for (let at = 0; at < rows.length; at += width) {
    const [phase = 0, dueMs = 0, latencyMs = 0, serviceMs = 0, status = 0] = rows.subarray(at, at + width);
    yield { phase, dueMs, latencyMs, serviceMs, status };
  }
}
