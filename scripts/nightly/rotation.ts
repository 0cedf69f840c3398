import { pause, retryWithin } from '#platform/lifecycle/abort.ts';
import { untilHealthy } from '../docker/container-health.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import type { Report } from '../reconcile/report.ts';
import { type Rotation, rotate } from '../secrets/rotate.ts';
import { type Server, servedSerial } from '../secrets/served-certificate.ts';
import { readHostSecrets } from '../stack/host-secrets.ts';
import { kafkaAccess } from '../stack/kafka.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { StackTokens } from '../stack/tokens.ts';
import { duringDay } from '../traffic/during-day.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { progressLine } from '../traffic/report.ts';
import type { DayResult } from '../traffic/run-day.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const load = { rate: 50, durationMs: 120_000, customers: 1_000 } as const;
const answersWithinMs = 60_000;
const phases: readonly Rotation[] = ['certificates', 'authority'];
// Every part reads its files within 10 s.
const announcedMs = 20_000;
const healthyWithinMs = 60_000;
const takenWithinMs = 45_000;
const lookAgainMs = 500;

/** Every certificate and the authority are replaced under load: no order fails and nothing restarts. */
export const rotation: Suite = {
  name: 'rotation',
  summary: 'replaces all certificates, then the authority, under 50 orders a second, then reconciles',
  budgetMinutes: 8,
  run: rotateUnderLoad,
};

async function rotateUnderLoad({ signal, seed, note }: SuiteContext): Promise<SuiteOutcome> {
  const settings = await readSettings();
  for (const part of ['kafka', 'postgres', 'redis', 'producer', 'consumer'] as const)
    await untilHealthy(part, healthyWithinMs, signal);
  const journalPath = newJournalPath('rotation');
  note('announcing another authority');
  await rotate('authority', settings, signal);
  await pause(announcedMs, signal);
  // Customers and baristas know both authorities from here on.
  const { tls, tokenSecret } = await readHostSecrets(settings, signal);
  if (!tls) return { figures: [], failures: ['TLS is off: there is nothing to rotate'] };
  let timer: NodeJS.Timeout | undefined;
  try {
    const { day, result: taken } = await duringDay(
      {
        ...{ ...load, producerUrl: settings.producerUrl, authority: tls.material.ca, seed, journalPath },
        tokens: new StackTokens(tokenSecret),
        kitchen: { kafka: await kafkaAccess(settings, signal), finishWithinMs: 90_000 },
      },
      signal,
      () => rotateAll(settings, signal, note),
      (statistics) => {
        timer = setInterval(() => note(progressLine(statistics)), 10_000);
      },
    );
    note('reconciling');
    return judge(
      day,
      taken,
      await reconcileJournal({ path: journalPath, settings, timeoutMs: 120_000, signal }),
    );
  } finally {
    clearInterval(timer);
  }
}

function serversOf({
  edgeUrl,
  producerUrl,
  consumerUrl,
  kafkaBroker,
  postgresPort,
  redisPort,
}: StackSettings): Server[] {
  return [
    { name: 'edge', port: Number(edgeUrl.port) },
    { name: 'producer', port: Number(producerUrl.port) },
    { name: 'consumer', port: Number(consumerUrl.port) },
    { name: 'kafka', port: Number(kafkaBroker.split(':').at(-1)) },
    { name: 'postgres', port: postgresPort, startsPlain: true },
    { name: 'redis', port: redisPort },
  ];
}

/** How long each server took to show its new certificate, in milliseconds, by `phase: server`. */
type Taken = Map<string, number | undefined>;

async function rotateAll(
  settings: StackSettings,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Taken> {
  const taken: Taken = new Map();
  const servers = serversOf(settings);
  for (const what of phases) {
    await pause(5_000, signal);
    signal.throwIfAborted();
    const before = await serials(servers, settings, signal);
    note(`rotating: ${what}`);
    await rotate(what, settings, signal);
    await untilTaken(what, servers, before, settings, taken, signal);
  }
  await pause(5_000, signal);
  return taken;
}

async function serials(
  servers: readonly Server[],
  settings: StackSettings,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const { tls } = await readHostSecrets(settings, signal);
  const found = new Map<string, string>();
  // Under load a server may keep a newcomer waiting, which is no failure of the rotation.
  for (const server of servers)
    if (tls)
      found.set(server.name, await retryWithin(answersWithinMs, () => servedSerial(server, tls), signal));
  return found;
}

async function untilTaken(
  phase: string,
  servers: readonly Server[],
  before: ReadonlyMap<string, string>,
  settings: StackSettings,
  taken: Taken,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const waiting = new Set(servers);
  while (waiting.size > 0 && performance.now() - startedAt < takenWithinMs) {
    const now = await serials([...waiting], settings, signal);
    for (const server of [...waiting]) {
      if (now.get(server.name) === before.get(server.name)) continue;
      taken.set(`${phase}: ${server.name}`, performance.now() - startedAt);
      waiting.delete(server);
    }
    await pause(lookAgainMs, signal);
    signal.throwIfAborted();
  }
  for (const { name } of waiting) taken.set(`${phase}: ${name}`, undefined);
}

function judge({ statistics, leftOpen }: DayResult, taken: Taken, report: Report): SuiteOutcome {
  const { lost, duplicated, stuck, servedUnpaid } = report;
  const findings = report.rules.map(({ category, rule, orders }) => `${orders} ${category}, ${rule}`);
  const errors = [...statistics.errors].map(([what, count]) => `${count} × ${what}`);
  const counts = { unknown: statistics.unknown, 'not let in': statistics.dropped, 'left open': leftOpen };
  const failed = Object.entries(counts).filter(([, count]) => count > 0);
  const never = [...taken].filter(([, ms]) => ms === undefined);
  return {
    figures: [
      figure('accepted', report.figures.accepted),
      ...Object.entries({ lost, duplicated, stuck, 'served unpaid': servedUnpaid }).map(([name, value]) =>
        figure(name, value),
      ),
      ...Object.entries(counts).map(([name, value]) => figure(name, value)),
      figure('sent again', statistics.retried),
      figure('longest time without a 202', statistics.longestGapMs / 1000, 's'),
      ...[...taken].map(([name, ms]) => figure(`${name} after`, ms === undefined ? 'never' : ms / 1000, 's')),
    ],
    failures: [
      ...findings,
      ...errors,
      ...failed.map(([name, count]) => `${count} orders: ${name}`),
      ...never.map(([name]) => `${name} never showed its new certificate`),
    ],
  };
}
