import type { Entrance } from '../scripts/stack/entrance.ts';
import type { Phase } from './schedule.ts';

/** What is asked for, as shares of all requests; the rest places orders. */
export interface Mix {
  readonly reads: number;
  readonly paymentMethod: 'counter' | 'crypto';
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly through: Entrance;
  readonly mix: Mix;
  readonly phases: readonly Phase[];
  /** A series of growing loads that ends with the first that breaks the SLA. */
  readonly steps?: boolean;
  /** Each of our services is restarted once while it is measured. */
  readonly restarts?: boolean;
  /** How many orders a second the demo wallet pays on the chain, of those that were accepted. */
  readonly paidPerSecond?: number;
  /** Too short or too small for figures that say something: nothing is kept of it. */
  readonly trial?: boolean;
}

export interface Wishes {
  readonly rate?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly through?: Entrance | undefined;
  /** Of the scenario whose orders are paid on the chain. */
  readonly paidPerSecond?: number | undefined;
}

const second = 1_000;
const minute = 60 * second;
const orders: Mix = { reads: 0, paymentMethod: 'counter' };

/** Stated in every report: compilers, pools and caches are warm afterwards, and connections are made. */
export const warmUp = (rate: number, durationMs = 20 * second): Phase[] => [
  { name: 'warm-up, rising', rate, durationMs, rising: true, warmUp: true },
  { name: 'warm-up', rate, durationMs: durationMs / 2, warmUp: true },
];

const steady = (rate: number, durationMs: number): Phase[] => [
  ...warmUp(rate),
  { name: 'steady', rate, durationMs },
];

const spikeBy = 10;
const stepMs = 20 * second;
// Connections and tokens for the largest step are there from the beginning, and cost something in the first.
const largestStepOfFirst = 12;
// The demo wallet and the local chain settled 22 a second, beside other work (docs/status.md).
const paidPerSecond = 5;

/** Each step half a multiple of the first larger than the one before. */
const stepsFrom = (first: number, durationMs: number): Phase[] => [
  ...warmUp(first),
  ...Array.from({ length: 2 * (largestStepOfFirst - 1) + 1 }, (_, index) => first + (index * first) / 2).map(
    (rate) => ({ name: `${rate}/s`, rate, durationMs }),
  ),
];

type Make = (wishes: Wishes) => Scenario;

const withDefaults =
  (
    name: string,
    summary: string,
    defaults: {
      rate: number;
      durationMs: number;
      through: Entrance;
      mix?: Mix;
      steps?: boolean;
      restarts?: boolean;
      trial?: boolean;
      paidPerSecond?: number;
    },
    phases: (rate: number, durationMs: number) => Phase[] = steady,
  ): Make =>
  (wishes) => ({
    name,
    summary,
    through: wishes.through ?? defaults.through,
    mix: defaults.mix ?? orders,
    phases: phases(wishes.rate ?? defaults.rate, wishes.durationMs ?? defaults.durationMs),
    ...(defaults.steps ? { steps: true } : {}),
    ...(defaults.restarts ? { restarts: true } : {}),
    ...(defaults.trial ? { trial: true } : {}),
    ...(defaults.paidPerSecond === undefined
      ? {}
      : { paidPerSecond: wishes.paidPerSecond ?? defaults.paidPerSecond }),
  });

const makers = [
  withDefaults(
    'smoke',
    'a few orders a second for some seconds: does all of this work?',
    { rate: 20, durationMs: 10 * second, through: 'edge', trial: true },
    (rate, durationMs) => [...warmUp(rate, 4 * second), { name: 'steady', rate, durationMs }],
  ),
  // A little more than is promised: what is accepted in a second has to be the promise.
  withDefaults('sla', 'what is promised, through edge, TLS and firewall', {
    rate: 1_010,
    durationMs: 5 * minute,
    through: 'edge',
  }),
  withDefaults('producer', 'twice that, at the producer', {
    rate: 2_020,
    durationMs: 5 * minute,
    through: 'producer',
  }),
  withDefaults(
    'capacity',
    'more and more, until the SLA breaks: the last load that held is the knee',
    { rate: 500, durationMs: stepMs, through: 'edge', steps: true },
    stepsFrom,
  ),
  withDefaults(
    'spike',
    `${spikeBy} times as much from one second to the next, and back`,
    { rate: 100, durationMs: 30 * second, through: 'edge' },
    (rate, durationMs) => [
      ...warmUp(rate),
      { name: 'before', rate, durationMs },
      { name: 'spike', rate: rate * spikeBy, durationMs },
      { name: 'after', rate, durationMs },
    ],
  ),
  withDefaults('soak', 'a moderate load for long: what grows?', {
    rate: 300,
    durationMs: 30 * minute,
    through: 'edge',
  }),
  withDefaults('restarts', 'what is promised, while each service is restarted once', {
    rate: 1_010,
    durationMs: 10 * minute,
    through: 'edge',
    restarts: true,
  }),
  withDefaults('mixed', 'two reads for each order: one order, lists of orders, the menu', {
    rate: 1_000,
    durationMs: 2 * minute,
    through: 'edge',
    mix: { reads: 2 / 3, paymentMethod: 'counter' },
  }),
  withDefaults(
    'crypto',
    'orders to be paid on the chain; the demo wallet pays some a second, which are served',
    {
      rate: 200,
      durationMs: 2 * minute,
      through: 'edge',
      mix: { reads: 0, paymentMethod: 'crypto' },
      paidPerSecond,
    },
  ),
] satisfies Make[];

/** All scenarios, as wished. */
export const scenarios = (wishes: Wishes = {}): readonly Scenario[] => makers.map((make) => make(wishes));

/** What `npm run loadtest` gates. */
export const gated = ['sla', 'producer'] as const;
