import { untilHealthy } from '../docker/container-health.ts';
import type { FaultKind } from '../fault/fault.ts';
import { ensureInjectorImage } from '../fault/injector-image.ts';
import { undoAbandoned } from '../fault/undo.ts';
import { DemoPayer } from '../payments/demo-payer.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { kitchenAtStack, shopAtStack } from '../traffic/at-stack.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { progressLine } from '../traffic/report.ts';
import { type DayResult, runDay } from '../traffic/run-day.ts';
import { Acceptance } from './acceptance.ts';
import { makeFaults } from './faults.ts';
import { chaosServices, planFaults, trafficFor } from './plan.ts';
import { type ChaosReport, type FaultOutcome, findingsOf, trafficFigures } from './report.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How many orders must be accepted; undefined: whatever comes in `durationMs`. */
  readonly orders: number | undefined;
  /** How long there is traffic, in milliseconds; undefined: as long as the orders take. */
  readonly durationMs: number | undefined;
  /** Customers a second, the day's mean. */
  readonly rate: number;
  /** From the start of a fault to that of the next, in milliseconds. */
  readonly everyMs: number;
  /** Kinds of faults that are left out. */
  readonly without: readonly FaultKind[];
}

export const defaultOrders = 100_000;
const customers = 5_000;
// Of them pay on the local chain.
const cryptoShare = 0.05;
const healthyWithinMs = 120_000;
const reconcileWithinMs = 180_000;
// What the baristas get for the orders that are open when the last customer has gone.
const finishWithinMs = 180_000;
const sampleMs = 100;
const noteMs = 10_000;

/**
 * Lets customers order while random faults hit the parts of the order path, undoes everything, waits until all is
 * healthy, and reconciles. All random draws come from the seed.
 *
 * @throws UserError when the stack does not run; what undoing a fault throws. What else goes wrong is a finding.
 */
export async function runChaos(
  options: ChaosOptions,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<ChaosReport> {
  const { seed, rate, everyMs, without } = options;
  const orders = options.orders ?? (options.durationMs === undefined ? defaultOrders : undefined);
  const durationMs = options.durationMs ?? trafficFor(orders ?? defaultOrders, rate);
  await undoAbandoned();
  const image = await ensureInjectorImage(signal);
  const settings = await readSettings();
  for (const service of chaosServices) await untilHealthy(service, healthyWithinMs, signal);
  const startedAt = new Date().toISOString();
  const journalPath = newJournalPath(`chaos-${seed}`);
  const plan = planFaults({ seed, everyMs, durationMs, without });
  const { day, faults } = await bothTogether({
    rate,
    durationMs,
    seed,
    journalPath,
    settings,
    image,
    plan,
    signal,
    note,
  });
  for (const service of chaosServices) await untilHealthy(service, healthyWithinMs, signal);
  note('reconciling');
  const wanted = { path: journalPath, settings, timeoutMs: reconcileWithinMs, signal };
  const reconciliation = await reconcileJournal(wanted);
  const traffic = trafficFigures(day.statistics);
  return {
    ...{ seed, orders, rate, everyMs, durationMs, without, startedAt },
    endedAt: new Date().toISOString(),
    ...{ faults, traffic, reconciliation },
    findings: findingsOf(orders, faults, traffic, reconciliation),
  };
}

interface Both {
  readonly rate: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly journalPath: string;
  readonly settings: StackSettings;
  readonly image: string;
  readonly plan: ReturnType<typeof planFaults>;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Neither traffic nor faults go on without the other; every fault is undone when this resolves or rejects. */
async function bothTogether(both: Both): Promise<{ day: DayResult; faults: FaultOutcome[] }> {
  const { rate, durationMs, seed, journalPath, settings, image, plan, note } = both;
  const failed = new AbortController();
  const signal = AbortSignal.any([both.signal, failed.signal]);
  const stopOther = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  using payer = await DemoPayer.open(settings, signal);
  const timers: NodeJS.Timeout[] = [];
  let watched: Acceptance | undefined;
  try {
    const { promise: started, resolve: start } = Promise.withResolvers<Acceptance>();
    const traffic = runDay(
      {
        ...{
          ...(await shopAtStack(settings, signal)),
          rate,
          durationMs,
          seed,
          customers,
          journalPath,
        },
        cryptoShare,
        kitchen: await kitchenAtStack(settings, finishWithinMs, signal, payer),
      },
      signal,
      (statistics) => {
        const acceptance = new Acceptance(performance.now());
        watched = acceptance;
        timers.push(
          setInterval(() => acceptance.observe(statistics.accepted, performance.now()), sampleMs),
          setInterval(() => note(progressLine(statistics)), noteMs),
        );
        start(acceptance);
      },
    )
      .catch(stopOther)
      .finally(() => watched?.end());
    const faults = Promise.race([started, traffic.then(() => undefined)]).then((acceptance) =>
      acceptance
        ? makeFaults({ plan, settings, image, acceptance, startedAt: performance.now(), signal, note })
        : [],
    );
    const results = await Promise.allSettled([traffic, faults.catch(stopOther)]);
    both.signal.throwIfAborted();
    const broken = results.find((result) => result.status === 'rejected');
    if (broken) throw broken.reason;
    return { day: await traffic, faults: await faults };
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
}
