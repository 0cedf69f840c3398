import type { Fault, FaultKind } from '../fault/fault.ts';
import { type Random, seededRandom } from '../traffic/random.ts';

/** What chaos breaks: the parts of the order path, what settles payments, and the agents. */
export const chaosServices = [
  'kafka',
  'postgres',
  'redis',
  'producer',
  'consumer',
  'ai-orchestrator',
  'web3-payment',
  'anvil',
] as const;
export type ChaosService = (typeof chaosServices)[number];

const networkKinds: readonly FaultKind[] = ['latency', 'reset', 'cut', 'partition', 'kill', 'pause'];
/** Only servers have disks that an order waits for. */
const kindsOf: Readonly<Record<ChaosService, readonly FaultKind[]>> = {
  kafka: [...networkKinds, 'slow-disk'],
  postgres: [...networkKinds, 'slow-disk'],
  redis: [...networkKinds, 'slow-disk'],
  producer: networkKinds,
  consumer: networkKinds,
  'ai-orchestrator': networkKinds,
  'web3-payment': networkKinds,
  anvil: networkKinds,
};

export interface PlannedFault {
  /** Milliseconds since the start of the traffic. */
  readonly atMs: number;
  readonly service: ChaosService;
  readonly fault: Fault;
  /** In milliseconds; over before the next fault begins. */
  readonly lastsMs: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly everyMs: number;
  /** How long there is traffic, in milliseconds. */
  readonly durationMs: number;
  /** Kinds to leave out, on hosts that can't make them. */
  readonly without?: readonly FaultKind[];
}

const longestMs = 10_000;

/**
 * The faults of a run: every kind on every service in random order, then all again in another order. A pure function
 * of its options: the same seed repeats a run. The last fault is over before the traffic is.
 */
export function planFaults({ seed, everyMs, durationMs, without = [] }: PlanOptions): PlannedFault[] {
  const random = seededRandom(seed);
  const all = chaosServices.flatMap((service) =>
    kindsOf[service].filter((kind) => !without.includes(kind)).map((kind) => ({ service, kind })),
  );
  const mostMs = Math.min(longestMs, everyMs / 2);
  const plan: PlannedFault[] = [];
  let deck: typeof all = [];
  for (let atMs = everyMs; all.length > 0 && atMs + everyMs <= durationMs; atMs += everyMs) {
    if (deck.length === 0) deck = shuffle(all, random);
    const drawn = deck.pop();
    if (!drawn) break;
    const lastsMs = Math.round(between(random, mostMs / 4, mostMs));
    plan.push({ atMs, service: drawn.service, fault: strengthOf(drawn.kind, random), lastsMs });
  }
  return plan;
}

const between = (random: Random, least: number, most: number): number => least + random() * (most - least);

/** Small ones as often as large ones. */
const magnitude = (random: Random, least: number, most: number): number =>
  Math.round(Math.exp(between(random, Math.log(least), Math.log(most))));

function strengthOf(kind: FaultKind, random: Random): Fault {
  switch (kind) {
    case 'latency': {
      const delayMs = magnitude(random, 50, 1_500);
      return { kind, delayMs, jitterMs: Math.round(random() * 0.5 * delayMs) };
    }
    case 'reset':
      return {
        kind,
        share: Math.round(between(random, 0.2, 1) * 100) / 100,
        afterMs: magnitude(random, 20, 2_000),
      };
    case 'cut':
      // Below, a client of Kafka does not even get through its first questions: nothing would have an effect.
      return { kind, bytes: magnitude(random, 4_096, 131_072) };
    case 'slow-disk':
      return { kind, writesPerSecond: magnitude(random, 4, 60) };
    default:
      return { kind };
  }
}

/** Fisher and Yates. */
function shuffle<T>(values: readonly T[], random: Random): T[] {
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}

/** How long customers must come for so many orders at this rate, in milliseconds. */
export function trafficFor(orders: number, rate: number): number {
  // 2 % of the visits are mistakes, which order nothing (traffic/customers.ts); four standard deviations on top,
  // because customers come at random.
  const visits = orders / 0.98;
  return Math.ceil(((visits + 4 * Math.sqrt(visits)) / rate) * 1_000);
}
