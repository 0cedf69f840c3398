import { pause } from '#platform/lifecycle/abort.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import { isClean, type Report } from '../reconcile/report.ts';
import { copiedEvents, missingIn, ownEvents, untilCopied } from '../regions/copies.ts';
import { Region } from '../regions/region.ts';
import { buildServiceImage } from '../stack/service-image.ts';
import { kitchenAtStack, shopAtStack } from '../traffic/at-stack.ts';
import { duringDay } from '../traffic/during-day.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { type DayOptions, type DayResult, runDay } from '../traffic/run-day.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const load = { rate: 20, customers: 400 } as const;
const phaseMs = 15_000;
const copiedWithinMs = 120_000;
const finishWithinMs = 120_000;
/** Customers of a region that is lost don't wait a minute for an answer: they go to the other one. */
const giveUpAfterMs = 5_000;
/** Without a 202 in the region that is there: at 20 orders a second more is no hiccup of a machine that others use as well. */
const mostGapMs = 10_000;

/** Two regions on one machine, of which one is lost under load and comes back (docs/multi-region.md). */
export const regions: Suite = {
  name: 'regions',
  summary:
    'two Kafkas, two PostgreSQLs and MirrorMaker 2 both ways: a region is lost under load, orders go on, it comes back',
  budgetMinutes: 20,
  async run(context) {
    const rights = await rightsHold(context);
    return rights.length > 0 ? { figures: [], failures: rights } : loseAndRestore(context);
  },
};

/** TLS and rights of MirrorMaker between two secured clusters. */
async function rightsHold({ signal, note }: SuiteContext): Promise<string[]> {
  note("MirrorMaker's certificates and rights");
  const { code } = await run('vitest', ['run', '--project', 'regions'], {
    cwd: repositoryRoot,
    signal,
    onLine: note,
  });
  return code === 0 ? [] : ['MirrorMaker does more or less than it may: the output says what'];
}

async function loseAndRestore(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note } = context;
  await buildServiceImage(signal, () => undefined);
  await using eu = new Region('eu', signal);
  await using us = new Region('us', signal);
  note('starting both regions');
  await eu.start();
  await us.start();
  for (const region of [eu, us]) await region.mirror();

  // Those of us order all the time, and are served.
  const { day: ofUs, result } = await duringDay(
    { ...(await dayOf(us, context, 'us', 'served')), durationMs: 15 * 60_000 },
    signal,
    () => loseOne(eu, us, context),
  );
  note('reconciling both regions');
  const days: [Region, DayResult][] = [
    [eu, result.before],
    [us, result.elsewhere],
    [eu, result.after],
    [us, ofUs],
  ];
  const reports: Report[] = [];
  for (const [region, { journalPath: path }] of days)
    reports.push(
      await reconcileJournal({
        ...{ path, settings: await region.settings, agents: false },
        ...{ timeoutMs: 120_000, signal },
      }),
    );
  note('both regions have what the other one has');
  for (const [from, to] of [
    [eu, us],
    [us, eu],
  ] as const)
    await untilCopied(
      { name: from.name, settings: await from.settings },
      await to.settings,
      copiedWithinMs,
      signal,
    );
  return judge(
    days.map(([, day]) => day),
    reports,
    result,
  );
}

interface Loss {
  /** In the region that is lost, until it was. */
  readonly before: DayResult;
  /** Its customers in the other one, while it is away. */
  readonly elsewhere: DayResult;
  /** In it again. */
  readonly after: DayResult;
  /** Events that the lost region had acknowledged or published, and the other one did not have when it was lost. */
  readonly notCopied: number;
  /** How long the first copies took, in milliseconds. */
  readonly copiedMs: number;
}

async function loseOne(eu: Region, us: Region, context: SuiteContext): Promise<Loss> {
  const { signal, note } = context;
  const options = { ...(await dayOf(eu, context, 'eu-before')), durationMs: 10 * 60_000, giveUpAfterMs };
  const { day: before, result: copiedMs } = await duringDay(options, signal, async () => {
    await pause(phaseMs, signal);
    note('orders in both regions; waiting for copies of what there is');
    const took = await untilCopied(
      { name: eu.name, settings: await eu.settings },
      await us.settings,
      copiedWithinMs,
      signal,
    );
    note('eu is lost');
    await eu.lose();
    return took;
  });
  const whenLost = await copiedEvents(await us.settings, eu.name, signal);
  note('customers of eu order in us');
  const elsewhere = await runDay(
    { ...(await dayOf(us, context, 'eu-elsewhere')), durationMs: phaseMs },
    signal,
  );
  note('eu comes back');
  await eu.restore();
  // What it had, and what it has published of that since.
  const had = await ownEvents(await eu.settings, signal);
  const after = await runDay(
    { ...(await dayOf(eu, context, 'eu-after', 'served')), durationMs: phaseMs },
    signal,
  );
  return { before, elsewhere, after, notCopied: missingIn(whenLost, had), copiedMs };
}

async function dayOf(
  region: Region,
  { seed, signal }: SuiteContext,
  name: string,
  served?: 'served',
): Promise<Omit<DayOptions, 'durationMs'>> {
  const settings = await region.settings;
  return {
    ...load,
    ...(await shopAtStack(settings, signal)),
    seed,
    journalPath: newJournalPath(`regions-${name}`),
    // Nobody could take back an order in a region that is away.
    cancellations: false,
    ...(served ? { kitchen: await kitchenAtStack(settings, finishWithinMs, signal) } : {}),
  };
}

/** What it comes to. @param days of the lost region before, of its customers elsewhere, after it came back; of the other one */
export function judge(
  days: readonly DayResult[],
  reports: readonly Report[],
  { notCopied, copiedMs }: Pick<Loss, 'notCopied' | 'copiedMs'>,
): SuiteOutcome {
  const [before, elsewhere, after, ofUs] = days;
  const sum = (of: (report: Report) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  // Only the region that is lost owes anybody an answer.
  const unanswered = [elsewhere, after, ofUs].reduce(
    (total, day) => total + (day?.statistics.unknown ?? 0),
    0,
  );
  const gapMs = ofUs?.statistics.longestGapMs ?? 0;
  const accepted = reports.map(({ figures }) => figures.accepted);
  const idle = ['before', 'elsewhere', 'after', 'in the other region'].filter((_, index) => !accepted[index]);
  return {
    figures: [
      figure('accepted in the region until it was lost', accepted[0] ?? 0),
      figure('without an answer when it was lost', before?.statistics.unknown ?? 0),
      figure('accepted from its customers elsewhere', accepted[1] ?? 0),
      figure('accepted in it again', accepted[2] ?? 0),
      figure('accepted in the other region', accepted[3] ?? 0),
      figure('longest time without a 202 there', gapMs / 1000, 's'),
      figure('everything copied within', copiedMs / 1000, 's'),
      figure('events not copied when it was lost', notCopied),
      figure(
        'lost after fail-back',
        sum(({ lost }) => lost),
      ),
      figure(
        'duplicated',
        sum(({ duplicated }) => duplicated),
      ),
      figure(
        'stuck',
        sum(({ stuck }) => stuck),
      ),
    ],
    failures: [
      ...reports.flatMap((report) =>
        isClean(report)
          ? []
          : report.rules.map(({ category, rule, orders }) => `${orders} ${category}: ${rule}`),
      ),
      ...idle.map((when) => `nothing was accepted: ${when}`),
      ...(gapMs > mostGapMs
        ? [`orders did not go on in the other region: ${gapMs / 1000} s without a 202`]
        : []),
      ...(unanswered > 0 ? [`${unanswered} requests without an answer in a region that was there`] : []),
    ],
  };
}
