import { pause } from '#platform/lifecycle/abort.ts';
import { readVersions } from '../images/ensure.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import { isClean, type Report } from '../reconcile/report.ts';
import { buildServiceImage } from '../stack/service-image.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { kitchenAtStack, shopAtStack } from '../traffic/at-stack.ts';
import { duringDay } from '../traffic/during-day.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { type DayResult, runDay } from '../traffic/run-day.ts';
import { buildPreviousImage } from '../upgrade/previous-image.ts';
import { previousVersion } from '../upgrade/previous-version.ts';
import { environmentOf, RollingStack } from '../upgrade/rolling-stack.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const load = { rate: 40, customers: 1_000 } as const;
/** How long each mixture of versions takes orders. */
const phaseMs = 15_000;
const finishWithinMs = 180_000;

/** This version and the previous one together, forward and back, under load. */
export const upgrade: Suite = {
  name: 'upgrade',
  summary: `from ${previousVersion.version} to this version, back and forward again, under ${load.rate} orders a second`,
  budgetMinutes: 15,
  run: rollForwardAndBack,
};

async function rollForwardAndBack(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note } = context;
  note(`building ${previousVersion.version} and this version`);
  const { SERVICE_IMAGE: next = '' } = await readVersions();
  const previous = await buildPreviousImage(signal, () => undefined);
  await buildServiceImage(signal, () => undefined);
  // The previous version knows no TLS: what is tried here is that versions work together.
  const settings = await readSettings({ ...process.env, ...environmentOf() });
  await using stack = new RollingStack(signal);
  note(`starting ${previousVersion.version}`);
  await stack.start(previous);

  const phases: [string, () => Promise<void>][] = [
    ['the schema of this version below the previous one', () => stack.migrate(next)],
    ['both consumers in one group', () => stack.addConsumer(next)],
    [
      "this version's consumer, the previous producer",
      async () => {
        await stack.replace('consumer', next);
        await stack.removeAddedConsumer();
      },
    ],
    ['this version', () => stack.replace('producer', next)],
    ['back: the previous producer', () => stack.replace('producer', previous)],
    ['back: the previous version', () => stack.replace('consumer', previous)],
    ["forward again: this version's consumer", () => stack.replace('consumer', next)],
    ['forward again: this version', () => stack.replace('producer', next)],
  ];
  const durationMs = (phases.length + 2) * phaseMs * 2;
  const roll = async (): Promise<void> => {
    await pause(phaseMs, signal);
    for (const [name, step] of phases) {
      note(name);
      await step();
      await pause(phaseMs, signal);
      signal.throwIfAborted();
    }
  };
  const { day: mixed } = await duringDay(
    // No baristas, no cancellations: the previous version has no such routes.
    { ...(await dayOptions(settings, context, 'mixed')), durationMs, cancellations: false },
    signal,
    roll,
  );
  note('this version serves everything that was ordered');
  const served = await runDay(
    {
      ...{ ...(await dayOptions(settings, context, 'served')), rate: 5, durationMs: 5_000 },
      kitchen: { ...(await kitchenAtStack(settings, finishWithinMs, signal)), pace: 0.2 },
    },
    signal,
  );
  note('reconciling');
  const report = await reconcileJournal({ path: mixed.journalPath, settings, timeoutMs: 180_000, signal });
  return judge(mixed, served, report);
}

async function dayOptions(settings: StackSettings, { seed, signal }: SuiteContext, name: string) {
  const journalPath = newJournalPath(`upgrade-${name}`);
  return { ...load, ...(await shopAtStack(settings, signal)), seed, journalPath };
}

export function judge(mixed: DayResult, served: DayResult, report: Report): SuiteOutcome {
  const { lost, duplicated, stuck, servedUnpaid, figures } = report;
  const errors = [...mixed.statistics.errors, ...served.statistics.errors];
  return {
    figures: [
      figure('accepted by mixtures of both versions', figures.accepted),
      figure('lost', lost),
      figure('duplicated', duplicated),
      figure('stuck', stuck),
      figure('served unpaid', servedUnpaid),
      figure('settled in the end', figures.settled),
      figure('dead letters', figures.deadLetters),
      figure('sent again', mixed.statistics.retried),
      figure('longest time without a 202', mixed.statistics.longestGapMs / 1000, 's'),
    ],
    failures: [
      ...(isClean(report)
        ? []
        : report.rules.map(({ category, rule, orders }) => `${orders} ${category}: ${rule}`)),
      ...errors.map(([what, count]) => `${count} × ${what}`),
      ...(figures.deadLetters > 0 ? [`${figures.deadLetters} dead letters`] : []),
      ...(mixed.statistics.unknown > 0 ? [`${mixed.statistics.unknown} requests without an answer`] : []),
    ],
  };
}
