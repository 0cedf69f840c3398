/**
 * ./coffee bench telemetry: what telemetry costs in accepted orders a second, on the running stack. Compared are windows of five
 * seconds in which the machine was equally fast: one that others share is slower for minutes, by more than telemetry costs.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pause } from '#platform/lifecycle/abort.ts';
import { customersFor } from '../../loadtest/generator/people.ts';
import { figuresOf, Measurements } from '../../loadtest/measurements.ts';
import {
  type ContainerSample,
  containerLoads,
  runningContainers,
} from '../../loadtest/observe/containers.ts';
import { untilNoLag } from '../../loadtest/observe/lag.ts';
import { openStack } from '../../loadtest/open-stack.ts';
import { paymentWindow } from '../../loadtest/prepared-stack.ts';
import { runGenerators } from '../../loadtest/run-generators.ts';
import type { Phase } from '../../loadtest/schedule.ts';
import { say } from '../cli/progress.ts';
import { compose } from '../docker/compose.ts';
import { recreate } from '../docker/container-health.ts';
import { reachableAddress } from '../docker/reachable-address.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { readHostSecrets } from '../stack/host-secrets.ts';
import { fetchMenu } from '../stack/menu.ts';
import { readSettings } from '../stack/settings.ts';
import { traceShare } from '../traffic/trace-share.ts';
import { mean, median } from './averages.ts';
import { MachineSpeed } from './machine-speed.ts';
import { measure, wholeNumber } from './measure.ts';
import { measurePairs, type Pair } from './pairs.ts';
import { stratifiedRatio, type Window } from './strata.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '1000' },
  },
});
const seconds = wholeNumber('seconds', values.seconds, 5, 300);
const rounds = wholeNumber('rounds', values.rounds, 1, 20);
// Fewer a second say little: what is promised is promised of a load that a shop would call high.
const rate = wholeNumber('rate', values.rate, 1_000, 10_000);

const services = ['producer', 'consumer', 'streams'];
// What is accepted in one round does not expire in another.
const on = { PAYMENT_WINDOW: paymentWindow };
const off = {
  ...on,
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_TRACES_SAMPLER: 'always_off',
};
// In its container.
const portOfProducer = 8080;
// What is promised.
const leastRatio = 0.85;
// Of the windows; with fewer the ratio is of a few moments.
const leastCompared = 0.5;
const leastOffered = 0.99;
const healthyWithinMs = 120_000;
const readWithinMs = 300_000;

const signal = AbortSignal.timeout(60 * 60_000);
const settings = await readSettings();
const authority = await readAuthority(settings, signal);
const { tokenSecret } = await readHostSecrets(settings, signal);
using client = new ApiClient(settings.producerUrl, 1, authority);
const menu = await fetchMenu(client, signal);
// Of a process that has just begun: its code is compiled while the load is there, and there is more of it with telemetry.
const warmUpMs = 40_000;
const secondsOfWindow = 5;
const watchedAfterMs = warmUpMs + 1_000;
const phases: readonly Phase[] = [
  { name: 'warm-up', rate, durationMs: warmUpMs, warmUp: true },
  { name: 'steady', rate, durationMs: seconds * 1_000 },
];
const customerIds = Array.from({ length: customersFor(rate) }, (_, index) => `bench-${index}`);

interface Loaded {
  readonly accepted: number;
  readonly offered: number;
  readonly p95Ms: number;
  /** What was accepted, a second. */
  readonly windows: readonly Window[];
  /** How many requests were refused by whatever reason, by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What each container took while it was loaded, in cores. */
  readonly cores: ContainerSample['containers'];
}

/** The producer by its container's address; where that is not reached, as it is published. */
async function targetOf(): Promise<{ url: string; servername?: string }> {
  const { protocol, href } = settings.producerUrl;
  const address = await reachableAddress('producer', portOfProducer, signal);
  if (address === undefined) return { url: href };
  return { url: `${protocol}//${address}:${portOfProducer}`, servername: 'producer' };
}

/** Offers the load at the producer, whatever becomes of it, and counts what is accepted. */
async function measureLoad(seed: number): Promise<Loaded> {
  const measurements = new Measurements(phases);
  const ids = await runningContainers(signal);
  // Nothing is reconciled here.
  await using journals = await mkdtempDisposable(join(tmpdir(), 'go-coffee-bench-'));
  using speed = new MachineSpeed();
  let startedAt = Number.NaN;
  const running = runGenerators(
    {
      ...(await targetOf()),
      ...{ authority, tokenSecret, phases, menu, seed, customerIds },
      ...{ mix: { reads: 0, paymentMethod: 'counter' }, traceShare: traceShare(rate) },
      ...{ forwardedFor: false, namedPerSecond: 0 },
    },
    (index) => join(journals.path, `${index}.jsonl`),
    {
      onStart(at) {
        startedAt = at;
      },
      onSample: (sample) => measurements.add(sample),
      onPlaced: () => undefined,
    },
    signal,
  );
  await pause(watchedAfterMs, signal);
  const cores = await containerLoads(ids, signal);
  await running;
  const [, steady] = phases.map((phase, index) => figuresOf(phase, measurements.of(index)));
  if (!steady) throw new Error('nothing was measured');
  const { succeededPerSecond: accepted, offered, p95Ms, statuses } = steady;
  return { accepted, offered, p95Ms, statuses, cores, windows: windowsOf(measurements, speed, startedAt) };
}

/** After the warm-up. */
function windowsOf(measurements: Measurements, speed: MachineSpeed, startedAt: number): Window[] {
  return Array.from({ length: Math.floor(seconds / secondsOfWindow) }, (_, index) => {
    const from = warmUpMs / 1_000 + index * secondsOfWindow;
    const within = measurements.seconds.filter(
      ({ second }) => second >= from && second < from + secondsOfWindow,
    );
    const at = startedAt + from * 1_000;
    return {
      accepted: within.reduce((sum, { measured }) => sum + measured.succeeded, 0) / secondsOfWindow,
      workMs: speed.workMs(at, at + secondsOfWindow * 1_000),
    };
  });
}

const text = ({ accepted, offered, p95Ms, statuses, cores, windows }: Loaded): string => {
  const work = windows.map(({ workMs }) => workMs);
  const taken = Object.entries(cores)
    .toSorted(([, one], [, other]) => other.cores - one.cores)
    .slice(0, 10)
    .map(([name, load]) => `${name} ${load.cores.toFixed(2)}`);
  return `${accepted.toFixed(0)} orders/s of ${(offered * rate).toFixed(0)} offered, P95 ${p95Ms.toFixed(0)} ms, answers ${JSON.stringify(statuses)}; the machine's piece of work ${Math.min(...work).toFixed(2)} to ${Math.max(...work).toFixed(2)} ms; cores: ${taken.join(', ')}`;
};

/** To three places, and never up: what has to be at least something does not get there by rounding. */
const cut = (value: number): number => Math.floor(value * 1_000) / 1_000;

async function benchTelemetry(): Promise<Figure[]> {
  await using parts = new AsyncDisposableStack();
  const stack = await openStack(parts, signal);
  let again = 0;
  const measured = await measurePairs({
    wanted: rounds,
    measure: async (kind, round) => {
      // Each round begins with new processes, also when the one before had the same settings.
      await compose(['stop', ...services], { signal });
      await recreate(services, healthyWithinMs, signal, kind === 'off' ? off : on);
      // Nobody works off in one round what was accepted in the one before.
      if ((await untilNoLag(stack, readWithinMs, signal)) === undefined)
        throw new Error(`after ${readWithinMs / 1_000} s there is still something to read`);
      const result = await measureLoad(round);
      say(`round ${round}, telemetry ${kind}: ${text(result)}`);
      return result;
    },
    isValid: ({ offered }) => offered >= leastOffered,
    onInvalid(round) {
      again += 1;
      say(`round ${round} says nothing: the load was not offered`);
    },
  }).finally(() => recreate(services, healthyWithinMs, new AbortController().signal));
  const middle = (of: (pair: Pair<Loaded>) => number): number => median(measured.map(of));
  const { ratio, compared } = stratifiedRatio(
    measured.flatMap(({ on }) => on.windows),
    measured.flatMap(({ off }) => off.windows),
  );
  const accepted = {
    on: mean(measured.map(({ on }) => on.accepted)),
    off: mean(measured.map((pair) => pair.off.accepted)),
  };
  return [
    figure('orders offered a second', rate),
    figure('accepted a second, telemetry on', Math.round(accepted.on)),
    figure('accepted a second, telemetry off', Math.round(accepted.off)),
    figure(
      'P95 of all answers, telemetry on',
      middle(({ on }) => on.p95Ms),
      'ms',
    ),
    figure(
      'P95 of all answers, telemetry off',
      middle((pair) => pair.off.p95Ms),
      'ms',
    ),
    figure('ratios of all rounds', measured.map(({ on, off }) => cut(on.accepted / off.accepted)).join(', ')),
    figure('rounds that said nothing, and were measured again', again),
    figure('ratio of all rounds, however fast the machine was', cut(accepted.on / accepted.off)),
    { name: names.ratio, value: cut(ratio), unit: '' },
    { name: names.compared, value: cut(compared), unit: '' },
    {
      name: names.offered,
      value: cut(Math.min(...measured.flatMap((pair) => [pair.on.offered, pair.off.offered]))),
      unit: '',
    },
  ];
}

const names = {
  ratio: 'telemetry on ÷ off, accepted orders/s, the machine being equally fast',
  compared: 'share of the time in which it was equally fast with and without',
  offered: 'least share of the load that was offered in a round',
} as const;

await measure({
  name: 'telemetry',
  title: 'Benchmark of telemetry',
  options: { seconds, rounds, rate },
  machine: 'stack',
  // Those of the stack, which runs.
  images: [],
  run: benchTelemetry,
  gates(figures) {
    const value = (name: string): number => Number(figures.find((one) => one.name === name)?.value);
    const broken: string[] = [];
    if (!(value(names.ratio) >= leastRatio))
      broken.push(`${names.ratio}: ${value(names.ratio)}, must be at least ${leastRatio}`);
    if (!(value(names.compared) >= leastCompared))
      broken.push(`the machine was equally fast for too little of the time: ${value(names.compared)}`);
    if (!(value(names.offered) >= leastOffered))
      broken.push(`only ${(value(names.offered) * 100).toFixed(1)} % of the load was offered`);
    return broken;
  },
  holds: 'Telemetry costs no more than is promised.',
});
// What is still open has nothing more to say.
process.exit();
