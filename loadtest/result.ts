import type { Report } from '../scripts/reconcile/report.ts';
import type { Entrance } from '../scripts/stack/entrance.ts';
import type { PhaseFigures } from './measurements.ts';
import type { ContainerSample } from './observe/containers.ts';
import type { EndToEnd } from './observe/end-to-end.ts';
import type { LagSample } from './observe/lag.ts';
import type { OwnLoadSample } from './observe/own-load.ts';
import type { Buckets } from './observe/server-latency.ts';
import type { Settlement } from './payments/settlement.ts';
import type { Restarted } from './restarts.ts';
import type { Mix } from './scenarios.ts';

/** One second of a run, by when its requests were due. */
export interface SecondFigures {
  readonly second: number;
  readonly due: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What failed: answers of 500 and above, 429, no answer, never sent; the rest are other answers. */
  readonly serverErrors: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly unsent: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** What a figure depends on, and has to be stated with it. */
export interface Circumstances {
  /** Cores, memory and architecture: what figures can be compared on. */
  readonly machine: string;
  readonly kernel: string;
  readonly commit: string;
  readonly date: string;
  /** Name and value, for people: versions, sampling, durability. */
  readonly settings: Readonly<Record<string, string>>;
}

/** All that is known of a run. Durations are milliseconds. */
export interface RunResult {
  readonly scenario: string;
  readonly summary: string;
  readonly through: Entrance;
  readonly mix: Mix;
  readonly steps: boolean;
  readonly trial: boolean;
  readonly seed: number;
  readonly customers: number;
  readonly connections: number;
  readonly generators: number;
  /** Whether the load generator was the limit: how late it sent, and what it took of this machine's processors. */
  readonly generator: { readonly lateP95Ms: number; readonly load: readonly OwnLoadSample[] };
  readonly circumstances: Circumstances;
  readonly phases: readonly PhaseFigures[];
  readonly seconds: readonly SecondFigures[];
  readonly lag: readonly LagSample[];
  readonly containers: readonly ContainerSample[];
  readonly endToEnd: EndToEnd;
  /** Undefined: it was not gone in time. */
  readonly lagGoneAfterMs: number | undefined;
  readonly reconciliation: Report;
  /** Orders that baristas served, of those that they were asked to. */
  readonly served: { readonly asked: number; readonly completed: number };
  /** Undefined: nothing was to be paid on the chain. */
  readonly settlement: Settlement | undefined;
  /** Those that were restarted meanwhile. */
  readonly restarts: readonly Restarted[];
  /** From when orders were sent that were answered with 202, in all phases: what the producer counts as well. */
  readonly clientP95Ms: number;
  /** What the producer counted of these. Undefined: nothing is known from Prometheus. */
  readonly serverBuckets: Buckets | undefined;
  /** What could not be watched, in words. */
  readonly blind: readonly string[];
}
