import { Latencies } from '../scripts/traffic/latencies.ts';
import { notSent, type Sample } from './generator/message.ts';
import { type Phase, slotsOf } from './schedule.ts';

// Sent later than this, a request is part of another load than the one that was wanted.
const inTimeMs = 1_000;

/** How late a request was sent, because no connection was free or the generator was busy. */
const latenessOf = ({ latencyMs, serviceMs }: Sample): number => latencyMs - serviceMs;

/** What was seen of a part of a run. Durations are milliseconds. */
export class Measured {
  /** Requests that were answered, or given up, or never sent. */
  seen = 0;
  succeeded = 0;
  serverErrors = 0;
  unanswered = 0;
  unsent = 0;
  /** Sent within a second of when it was due. */
  inTime = 0;
  /** Answered with 429. */
  refused = 0;
  readonly statuses = new Map<number, number>();
  /** From when a request was due to its answer, whatever it was. */
  readonly latencies = new Latencies();
  worstMs = 0;

  add(sample: Sample): void {
    const { status, latencyMs } = sample;
    this.seen += 1;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.latencies.add(latencyMs);
    this.worstMs = Math.max(this.worstMs, latencyMs);
    if (status === notSent) this.unsent += 1;
    else if (latenessOf(sample) <= inTimeMs) this.inTime += 1;
    if (status === 0) this.unanswered += 1;
    else if (status >= 500) this.serverErrors += 1;
    else if (status === 429) this.refused += 1;
    else if (status >= 200 && status < 300) this.succeeded += 1;
  }
}

/** One second of a run. */
export interface Second {
  readonly second: number;
  readonly phase: number;
  readonly measured: Measured;
}

/** Sorts what generators tell by phases and by seconds. */
export class Measurements {
  readonly phases: readonly Phase[];
  readonly #byPhase: readonly Measured[];
  /** From when orders were sent that were accepted, in all phases. */
  readonly accepted = new Latencies();
  /** How late requests were sent. */
  readonly late = new Latencies();
  readonly #bySecond: Second[] = [];

  constructor(phases: readonly Phase[]) {
    this.phases = phases;
    this.#byPhase = phases.map(() => new Measured());
  }

  add(sample: Sample): void {
    this.#byPhase[sample.phase]?.add(sample);
    if (sample.status !== notSent) this.late.add(latenessOf(sample));
    if (sample.status === 202) this.accepted.add(sample.serviceMs);
    const second = Math.floor(sample.dueMs / 1_000);
    this.#bySecond[second] ??= { second, phase: sample.phase, measured: new Measured() };
    this.#bySecond[second].measured.add(sample);
  }

  /** By when requests were due. */
  get seconds(): readonly Second[] {
    return this.#bySecond.filter((second) => second !== undefined);
  }

  of(phase: number): Measured {
    const measured = this.#byPhase[phase];
    if (!measured) throw new RangeError(`there is no phase ${phase}`);
    return measured;
  }
}

/** The figures of a phase. Shares are of the requests that should have been sent. */
export interface PhaseFigures {
  readonly name: string;
  readonly warmUp: boolean;
  readonly rate: number;
  readonly seconds: number;
  readonly sent: number;
  /** Sent within a second of when they were due. */
  readonly offered: number;
  readonly succeededPerSecond: number;
  readonly availability: number;
  readonly serverErrors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** How often each status was answered; `0` is no answer, `-1` never sent. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** How long phases took together, in seconds. */
export const secondsOf = (phases: readonly Pick<PhaseFigures, 'seconds'>[]): number =>
  phases.reduce((sum, { seconds }) => sum + seconds, 0);

export function figuresOf(phase: Phase, measured: Measured): PhaseFigures {
  const due = slotsOf(phase);
  const seconds = phase.durationMs / 1_000;
  const sent = measured.seen - measured.unsent;
  return {
    name: phase.name,
    warmUp: phase.warmUp === true,
    rate: phase.rate,
    seconds,
    sent,
    offered: measured.inTime / due,
    succeededPerSecond: measured.succeeded / seconds,
    availability: measured.succeeded / due,
    serverErrors: measured.serverErrors / due,
    p50Ms: measured.latencies.percentile(0.5),
    p95Ms: measured.latencies.percentile(0.95),
    p99Ms: measured.latencies.percentile(0.99),
    worstMs: measured.worstMs,
    statuses: Object.fromEntries(measured.statuses),
  };
}
