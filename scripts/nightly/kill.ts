import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { compose } from '../docker/compose.ts';
import { untilHealthy } from '../docker/container-health.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import type { Report } from '../reconcile/report.ts';
import { readSettings } from '../stack/settings.ts';
import { kitchenAtStack, shopAtStack } from '../traffic/at-stack.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { progressLine } from '../traffic/report.ts';
import { type DayResult, runDay } from '../traffic/run-day.ts';
import { type Figure, figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const services = ['kafka', 'postgres', 'redis', 'producer', 'consumer'] as const;
type Service = (typeof services)[number];

const load = { rate: 200, durationMs: 40_000, customers: 2_000 } as const;
const faultAfterMs = 12_000;
const faultLastsMs = 5_000;
const recoverWithinMs = 90_000;
const finishWithinMs = 240_000;
/** Fewer orders than these say nothing of a kill: the day has about as many as its rate and time make. */
const atLeast = 0.9 * load.rate * (load.durationMs / 1000);

/** Each part of the order path is killed under load; nothing may be lost, duplicated or stuck. */
export const kill: Suite = {
  name: 'kill',
  summary: `SIGKILL to ${services.join(', ')} in turn under 200 orders a second, then reconcile`,
  budgetMinutes: 20,
  async run(context) {
    const outcomes: SuiteOutcome[] = [];
    for (const service of services) {
      try {
        outcomes.push(await killUnderLoad(service, context));
      } catch (error) {
        context.signal.throwIfAborted();
        outcomes.push({ figures: [], failures: [`${service}: ${messageOf(error)}`] });
      }
    }
    return {
      figures: outcomes.flatMap(({ figures }) => figures),
      failures: outcomes.flatMap(({ failures }) => failures),
    };
  },
};

async function killUnderLoad(service: Service, { signal, seed, note }: SuiteContext): Promise<SuiteOutcome> {
  const settings = await readSettings();
  for (const part of services) await untilHealthy(part, recoverWithinMs, signal);
  note(`${service}: traffic starts`);
  const journalPath = newJournalPath(`kill-${service}`);
  let timer: NodeJS.Timeout | undefined;
  // Neither goes on without the other; and the fault is undone before anything else happens.
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const stopOther = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  try {
    const traffic = runDay(
      {
        ...{
          ...load,
          ...(await shopAtStack(settings, signal)),
          seed,
          journalPath,
        },
        kitchen: await kitchenAtStack(settings, finishWithinMs, signal),
      },
      both,
      (statistics) => {
        timer = setInterval(() => note(`${service}: ${progressLine(statistics)}`), 10_000);
      },
    ).catch(stopOther);
    const fault = faultDuring(service, both, note).catch(stopOther);
    await Promise.allSettled([traffic, fault]);
    if (failed.signal.aborted) throw failed.signal.reason;
    const [day, recoveryMs] = await Promise.all([traffic, fault]);
    note(`${service}: reconciling`);
    const report = await reconcileJournal({ path: journalPath, settings, timeoutMs: 120_000, signal });
    return judge(service, day, recoveryMs, report);
  } finally {
    clearInterval(timer);
  }
}

/** @returns milliseconds from the start of the service until it was healthy. */
async function faultDuring(
  service: Service,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<number> {
  await pause(faultAfterMs, signal);
  signal.throwIfAborted();
  try {
    await compose(['kill', '-s', 'KILL', service]);
    note(`${service}: killed`);
    await pause(faultLastsMs, signal);
  } finally {
    // Without the signal: a fault is undone whatever happens.
    await compose(['start', service]);
  }
  const startedAt = performance.now();
  await untilHealthy(service, recoverWithinMs, signal);
  note(`${service}: healthy again`);
  return performance.now() - startedAt;
}

/** Nothing lost, duplicated or stuck; and every order of the day was accepted and came to its end. */
export function judge(
  service: string,
  { statistics, leftOpen }: DayResult,
  recoveryMs: number,
  report: Report,
): SuiteOutcome {
  const { lost, duplicated, stuck, servedUnpaid } = report;
  const named = (name: string, value: number, unit = ''): Figure =>
    figure(`${service}: ${name}`, value, unit);
  const errors = [...statistics.errors].map(([what, count]) => `${count} × ${what}`);
  const findings = report.rules.map(
    ({ category, rule, orders, first }) =>
      `${orders} ${category}, ${rule} (${first[0]?.orderId}, ${first[0]?.look})`,
  );
  const { accepted } = report.figures;
  if (accepted < atLeast) findings.push(`only ${accepted} orders were accepted, of at least ${atLeast}`);
  // Who has no answer after a minute gives up and may have been heard: reconcile knows. It is a figure, no failure.
  const counts = { 'not let in': statistics.dropped, 'left open': leftOpen };
  const missed = Object.entries(counts).filter(([, count]) => count > 0);
  return {
    figures: [
      named('accepted', accepted),
      named('lost', lost),
      named('duplicated', duplicated),
      named('stuck', stuck),
      named('served unpaid', servedUnpaid),
      named('unknown', statistics.unknown),
      ...Object.entries(counts).map(([name, count]) => named(name, count)),
      named('sent again', statistics.retried),
      named('redelivered', report.figures.redelivered),
      named('P50', statistics.latencies.percentile(0.5), 'ms'),
      named('P95', statistics.latencies.percentile(0.95), 'ms'),
      named('longest time without a 202', statistics.longestGapMs / 1000, 's'),
      named('healthy after its start', recoveryMs / 1000, 's'),
    ],
    failures: [...findings, ...errors, ...missed.map(([name, count]) => `${count} orders: ${name}`)].map(
      (failure) => `${service}: ${failure}`,
    ),
  };
}
