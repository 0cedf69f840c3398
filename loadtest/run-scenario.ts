import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ApiClient } from '../scripts/stack/api-client.ts';
import { entranceUrl } from '../scripts/stack/entrance.ts';
import { fetchMenu } from '../scripts/stack/menu.ts';
import { StackTokens } from '../scripts/stack/tokens.ts';
import { newJournalPath } from '../scripts/traffic/journal-path.ts';
import { traceShare } from '../scripts/traffic/trace-share.ts';
import { Baristas } from './baristas.ts';
import { readCircumstances } from './circumstances.ts';
import { customersFor } from './generator/people.ts';
import { type Measured, Measurements } from './measurements.ts';
import { type ContainerSample, containerLoads, runningContainers } from './observe/containers.ts';
import { readEndToEnd } from './observe/end-to-end.ts';
import { type LagSample, readLag, untilNoLag } from './observe/lag.ts';
import { OwnLoad, type OwnLoadSample } from './observe/own-load.ts';
import { leastSeenByProducer, ServerLatency } from './observe/server-latency.ts';
import { watch } from './observe/watch.ts';
import { openStack, type Stack } from './open-stack.ts';
import { payAtStack } from './payments/pay-at-stack.ts';
import { brokeStep, ranPhases, warmUpMs } from './phases.ts';
import { progressLine } from './progress-line.ts';
import { reconcileApart } from './reconcile-apart.ts';
import { type Restarted, restartEach } from './restarts.ts';
import type { RunResult } from './result.ts';
import { connectionsFor, generatorsFor, runGenerators } from './run-generators.ts';
import type { Scenario } from './scenarios.ts';
import { totalMs } from './schedule.ts';
import type { Sla } from './sla.ts';

export interface RunOptions {
  readonly scenario: Scenario;
  readonly sla: Sla;
  /** What the stack was prepared with. */
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

const servedPerSecond = 5;
const lagEveryMs = 2_000;
const containersEveryMs = 5_000;
const noteEveryMs = 10_000;
const reconcileWithin = '10m';
// A service hands its metrics over every minute.
const metricsWithinMs = 90_000;
const workersOfBaristas = 16;
// A step that broke the SLA is over: what it left behind must not count for another one.
const lookAtStepEveryMs = 1_000;

/** Runs one scenario against the running stack and finds out what became of each order. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { scenario, seed, signal, note } = options;
  await using parts = new AsyncDisposableStack();
  const stack = await openStack(parts, signal);
  const { settings, authority } = stack;
  const url = entranceUrl(settings, scenario.through);
  const rate = Math.max(...scenario.phases.map((phase) => phase.rate));
  const client = parts.use(new ApiClient(settings.producerUrl, workersOfBaristas, authority));
  // This client refuses a server without a certificate of the authority, before the load is let loose on it.
  const menu = await fetchMenu(parts.use(new ApiClient(url, 1, authority)), signal);
  const baristas = new Baristas(client, new StackTokens(stack.tokenSecret), signal);
  const serve = (orderIds: readonly string[]): void => baristas.serve(orderIds);
  const { paidPerSecond } = scenario;
  const paid = paidPerSecond === undefined ? undefined : parts.use(await payAtStack(stack, serve, signal));
  const server = await ServerLatency.start(settings);
  if (server) parts.use(server);

  const customers = customersFor(rate);
  const measurements = new Measurements(scenario.phases);
  const observed = new Observations();
  const stopping = new AbortController();
  const watching = new AsyncDisposableStack();
  let restarting: Promise<readonly Restarted[]> = Promise.resolve([]);
  const load = {
    ...{ url: url.href, authority, tokenSecret: stack.tokenSecret, phases: scenario.phases, menu, seed },
    customerIds: Array.from(
      { length: customers },
      (_, index) => `load-${String(index + 1).padStart(5, '0')}`,
    ),
    ...{ mix: scenario.mix, traceShare: traceShare(rate), forwardedFor: scenario.through === 'edge' },
    namedPerSecond: paidPerSecond ?? servedPerSecond,
  };
  const journalPath = newJournalPath(`load-${scenario.name}`);
  let beganAt = Date.now();
  const journals = await runGenerators(
    load,
    (index) => `${journalPath}.${index}`,
    {
      onStart: (at) => {
        beganAt = at;
        observed.watch(watching, stack, { at, note, signal });
        watching.defer(every(noteEveryMs, () => note(progressLine(measurements, Date.now() - at))));
        if (paid) watching.use(paid.watch(note));
        if (scenario.restarts) restarting = restartMeanwhile(options, at, stopping);
        if (scenario.steps)
          watching.defer(
            every(lookAtStepEveryMs, () => {
              if (brokeStep(measurements, options.sla, Date.now() - at)) stopping.abort();
            }),
          );
      },
      onSample: (sample) => measurements.add(sample),
      onPlaced: paid?.pay ?? serve,
    },
    AbortSignal.any([signal, stopping.signal]),
  )
    .finally(() => watching.disposeAsync())
    .catch(async (error: unknown) => {
      // What is half restarted is finished before the stack is put back.
      stopping.abort();
      await Promise.allSettled([restarting]);
      throw error;
    });
  const restarts = await restarting;
  signal.throwIfAborted();

  note(`waiting until nothing is left to read${paid ? ', and the chain has what was paid' : ''}`);
  const lagGone = async (): Promise<number | undefined> => {
    await baristas.finish();
    return await untilNoLag(stack, options.sla.afterwards.lagGoneWithinMs, signal);
  };
  // At once: lag that goes while the chain is waited for must not count as gone from the beginning.
  const [lagGoneAfterMs, settlement] = await Promise.all([lagGone(), paid?.finish()]);
  // They serve what was paid in the meantime.
  await baristas.finish();
  await joinFiles(journals, journalPath);
  const [from, to] = [new Date(beganAt + warmUpMs(scenario)), new Date()];
  note('reconciling every answer with Kafka and PostgreSQL');
  const reconciliation = await reconcileApart(journalPath, reconcileWithin, signal);
  // When all events are there: the outbox may hold some that nobody can have left to read yet.
  const endToEnd = await readEndToEnd(stack.database, from, to);
  const phases = ranPhases(measurements, scenario);
  note("waiting for the producer's own figures");
  const asked = leastSeenByProducer(phases);
  const serverBuckets = await server?.since(asked, scenario.trial ? 0 : metricsWithinMs, signal);
  return {
    ...{
      scenario: scenario.name,
      summary: scenario.summary,
      through: scenario.through,
      mix: scenario.mix,
      seed,
    },
    ...{ steps: scenario.steps === true, trial: scenario.trial === true, customers },
    connections: connectionsFor(rate),
    generators: generatorsFor(rate),
    generator: { lateP95Ms: measurements.late.percentile(0.95), load: observed.ownLoad },
    circumstances: await readCircumstances(traceShare(rate), stack, signal),
    phases,
    seconds: measurements.seconds.map(({ second, measured }) => secondFigures(second, measured)),
    ...{ lag: observed.lag, containers: observed.containers, blind: [...observed.blind] },
    ...{ endToEnd, lagGoneAfterMs, reconciliation, serverBuckets },
    clientP95Ms: measurements.accepted.percentile(0.95),
    served: { asked: baristas.asked, completed: baristas.served },
    settlement,
    restarts,
  };
}

/** What is seen of the stack while it works. */
class Observations {
  readonly lag: LagSample[] = [];
  readonly containers: ContainerSample[] = [];
  readonly ownLoad: OwnLoadSample[] = [];
  readonly blind = new Set<string>();

  watch(
    parts: AsyncDisposableStack,
    stack: Stack,
    { at, note, signal }: { at: number; note: (text: string) => void; signal: AbortSignal },
  ): void {
    const second = (): number => Math.round((Date.now() - at) / 100) / 10;
    const failed = (what: string) => (why: string) => {
      if (!this.blind.has(what)) note(`${what} could not be watched: ${why}`);
      this.blind.add(what);
    };
    const lookAtLag = async (): Promise<void> => {
      this.lag.push({ second: second(), byService: await readLag(stack) });
    };
    let ids: ReadonlyMap<string, string> | undefined;
    const lookAtContainers = async (): Promise<void> => {
      ids ??= await runningContainers(signal);
      this.containers.push({ second: second(), containers: await containerLoads(ids, signal) });
    };
    const own = new OwnLoad();
    const lookAtOwnLoad = async (): Promise<void> => {
      const cores = own.take();
      if (cores !== undefined) this.ownLoad.push({ second: second(), cores });
    };
    parts.use(watch(lookAtOwnLoad, containersEveryMs, failed('load generator')));
    parts.use(watch(lookAtLag, lagEveryMs, failed('lag')));
    parts.use(watch(lookAtContainers, containersEveryMs, failed('containers')));
  }
}

/** A service that does not come back ends the run: nobody waits for the rest of a load that says nothing. */
function restartMeanwhile(
  { scenario, env, signal, note }: RunOptions,
  beganAt: number,
  stopping: AbortController,
): Promise<readonly Restarted[]> {
  const fromMs = warmUpMs(scenario);
  const untilMs = totalMs(scenario.phases);
  const either = AbortSignal.any([signal, stopping.signal]);
  const restarting = restartEach({ fromMs, untilMs, beganAt, env, signal: either, note });
  restarting.catch(() => stopping.abort());
  return restarting;
}

const secondFigures = (second: number, measured: Measured) => ({
  second,
  due: measured.seen,
  succeeded: measured.succeeded,
  failed: measured.seen - measured.succeeded,
  ...{ serverErrors: measured.serverErrors, refused: measured.refused },
  ...{ unanswered: measured.unanswered, unsent: measured.unsent },
  p50Ms: measured.latencies.percentile(0.5),
  p95Ms: measured.latencies.percentile(0.95),
  p99Ms: measured.latencies.percentile(0.99),
});

function every(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms);
  return () => clearInterval(timer);
}

/** The journals of several generators as one, which is what reconciliation reads. */
async function joinFiles(paths: readonly string[], into: string): Promise<void> {
  for (const path of paths) {
    await pipeline(createReadStream(path), createWriteStream(into, { flags: 'a' }));
    await rm(path);
  }
}
