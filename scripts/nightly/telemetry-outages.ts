import { pause } from '#platform/lifecycle/abort.ts';
import { compose } from '../docker/compose.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import { readAuthority } from '../stack/authority.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import { startable } from '../stack/profiles.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { Backends, type Interval } from '../telemetry/backends.ts';
import { withoutAbsent } from '../telemetry/check-telemetry.ts';
import { pollRows } from '../telemetry/poll-rows.ts';
import type { Row } from '../telemetry/rows.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { runDay } from '../traffic/run-day.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const parts = ['prometheus', 'jaeger', 'tempo', 'loki', 'otel-collector'] as const;
type Part = (typeof parts)[number];

const load = { rate: 50, durationMs: 90_000, customers: 1_000 } as const;
const faultAfterMs = 15_000;
const faultLastsMs = 60_000;
// Late is not lost: a machine that the load fills tells its backends what was queued when the load is over.
const toldWithinMs = 300_000;

/** Telemetry's parts are killed for a minute each: that costs no order, and no telemetry but the collector's own. */
export const telemetryOutages: Suite = {
  name: 'telemetry-outages',
  summary: `kills ${parts.join(', ')} for a minute each under 50 orders a second: no order and no telemetry is lost`,
  budgetMinutes: 25,
  async run(context) {
    const { services } = await startable(context.signal);
    const outcomes: SuiteOutcome[] = [];
    for (const part of parts.filter((one) => services.includes(one)))
      outcomes.push(await killUnderLoad(part, services, context));
    const skipped = parts.filter((one) => !services.includes(one));
    return {
      figures: [
        ...outcomes.flatMap(({ figures }) => figures),
        ...skipped.map((part) => figure(part, 'SKIPPED: it is not on this machine')),
      ],
      failures: outcomes.flatMap(({ failures }) => failures),
    };
  },
};

async function killUnderLoad(
  part: Part,
  services: readonly string[],
  { signal, seed, note }: SuiteContext,
): Promise<SuiteOutcome> {
  const settings = await readSettings();
  const journalPath = newJournalPath(part);
  const authority = await readAuthority(settings, signal);
  const { producerUrl } = settings;
  note(`${part}: traffic starts`);
  const kitchen = { kafka: await kafkaAccess(settings, signal), finishWithinMs: 120_000 };
  const tokens = await stackTokens(settings, signal);
  const day = runDay({ ...load, tokens, producerUrl, authority, seed, journalPath, kitchen }, signal);
  // Asked for as soon as it is back: Jaeger keeps so many traces, which with this traffic are those of the last minutes.
  const fault = killFor(part, signal, note).then((during) =>
    missingOf(part, during, { services, settings, authority, signal }),
  );
  await Promise.allSettled([day, fault]);
  const [{ statistics }, missing] = await Promise.all([day, fault]);
  const { lost, duplicated, stuck } = await reconcileJournal({
    path: journalPath,
    settings,
    timeoutMs: 120_000,
    signal,
  });
  const failures = [
    ...[...statistics.errors].map(([what, count]) => `${part}: ${count} × ${what}`),
    ...missing.map((what) => `${part} was killed: ${what}`),
  ];
  if (lost + duplicated + stuck > 0)
    failures.push(`${part}: ${lost} lost, ${duplicated} duplicated, ${stuck} stuck`);
  return {
    figures: [
      figure(`${part}: accepted`, statistics.accepted),
      figure(`${part}: lost, duplicated, stuck`, lost + duplicated + stuck),
      figure(`${part}: P95`, statistics.latencies.percentile(0.95), 'ms'),
    ],
    failures,
  };
}

interface Asking {
  readonly services: readonly string[];
  readonly settings: StackSettings;
  readonly authority: string | undefined;
  readonly signal: AbortSignal;
}

/** What of the part's minute is not there although it is back. The collector's own minute is gone. */
async function missingOf(
  part: Part,
  during: Interval,
  { services, settings, authority, signal }: Asking,
): Promise<string[]> {
  if (part === 'otel-collector') return [];
  using backends = new Backends(settings, authority);
  const { asked } = withoutAbsent(rowsOf(backends, during), { services, absent: [] });
  const verdicts = await pollRows(asked, { deadlineMs: toldWithinMs, signal });
  return verdicts.flatMap(({ what, wrong }) => (wrong === undefined ? [] : [`${what}: ${wrong}`]));
}

/** One order may be among those that are not sampled, since there is a limit to how many are: no ten seconds are without one. */
const sliceMs = 10_000;

/** The whole slices of an interval, in order. */
export function slicesOf({ from, to }: Interval): Interval[] {
  const count = Math.floor((to.getTime() - from.getTime()) / sliceMs);
  return Array.from({ length: count }, (_, index) => {
    const start = from.getTime() + index * sliceMs;
    return { from: new Date(start), to: new Date(start + sliceMs) };
  });
}

/** What to say of slices of which a backend has nothing; `undefined` when it has something of each. */
export async function emptySlices(
  slices: readonly Interval[],
  has: (slice: Interval) => Promise<boolean>,
): Promise<string | undefined> {
  const found = await Promise.all(slices.map(has));
  const empty = slices.filter((_, index) => !found[index]);
  return empty.length === 0
    ? undefined
    : `nothing of ${empty.map(({ from }) => from.toISOString()).join(', ')} (ten seconds each)`;
}

async function killFor(part: Part, signal: AbortSignal, note: (text: string) => void): Promise<Interval> {
  await pause(faultAfterMs, signal);
  signal.throwIfAborted();
  const from = new Date();
  try {
    await compose(['kill', '-s', 'KILL', part]);
    note(`${part}: killed`);
    await pause(faultLastsMs, signal);
    return { from, to: new Date() };
  } finally {
    // Without the signal: a fault is undone whatever happens.
    await compose(['start', part]);
  }
}

/** What was told while the part was away must be there, and the collector must have given up nothing. */
function rowsOf(backends: Backends, { from, to }: Interval): Row[] {
  const slices = slicesOf({ from, to });
  // Metrics come every ten seconds.
  const seconds = Math.floor((to.getTime() - from.getTime()) / 1000);
  const samples = `count_over_time(orders_accepted_total{service_name="producer"}[${seconds}s] @ ${to.getTime() / 1000}) >= ${Math.floor(seconds / 10) - 1}`;
  const givenUp = `sum(increase({__name__=~"otelcol_exporter_(enqueue|send)_failed_.+"}[3m])) > 0`;
  return [
    {
      // It keeps so many traces: with this traffic those of the last minute.
      what: 'traces of the last ten seconds in Jaeger',
      ask: () => emptySlices(slices.slice(-1), (slice) => backends.jaegerHas('producer', slice)),
    },
    {
      what: 'traces of every ten seconds in Tempo',
      part: 'tempo',
      ask: () => emptySlices(slices, (slice) => backends.tempoHas('producer', slice)),
    },
    {
      what: 'all that the collector had to send',
      ask: async () => ((await backends.count('promql', givenUp)) > 0 ? 'it gave up something' : undefined),
    },
    {
      what: 'logs of every ten seconds in Loki',
      part: 'loki',
      ask: () => emptySlices(slices, (slice) => backends.lokiHas('producer', slice)),
    },
    {
      what: 'metrics of that minute',
      ask: async () =>
        (await backends.count('promql', samples)) > 0 ? undefined : 'no samples without a gap',
    },
  ];
}
