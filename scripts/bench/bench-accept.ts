import { startGrpcReceiver } from '#platform/testing/otlp-receiver.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { EdgeContainer } from '../../e2e/edge/edge-container.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { type Round, type RoundOptions, round, warmUp } from './accept/closed-loop.ts';
import { benchCustomers } from './accept/customers.ts';
import { median } from './averages.ts';
import { type MeasuredProcess, startMeasured } from './child-process.ts';
import { type PreparedPlatform, preparePlatform } from './prepared-platform.ts';

export const acceptRatio = 'accepting ÷ bare node:http + kafkajs of the same durability, orders/s';
const least = 0.5;

const connections = 64;

/** What does not hold, in words. */
export function gates(figures: readonly Figure[]): string[] {
  const ratio = Number(figures.find(({ name }) => name === acceptRatio)?.value);
  return ratio >= least ? [] : [`${acceptRatio}: ${ratio}, must be at least ${least}`];
}

/** Something that takes orders. */
interface Contestant {
  readonly name: string;
  readonly servers: readonly MeasuredProcess[];
  /** Where it is asked, when that is not its own address. */
  readonly through?: { readonly url: string; readonly authority: string };
}

/**
 * Measures what accepting an order costs against handlers that do less, in one run: rounds alternate, so that whatever
 * else the machine does slows all of them down alike, and the middle round of each counts.
 */
export async function benchAccept(
  rounds: number,
  seconds: number,
  note: (text: string) => void,
): Promise<Figure[]> {
  await using parts = new AsyncDisposableStack();
  const platform = parts.use(await preparePlatform());
  const contestants = await startAll(platform, parts);
  const customers = await benchCustomers(platform.tokenSecretFile);
  const results = new Map<Contestant, Round[]>(contestants.map((one) => [one, []]));
  for (let number = 0; number <= rounds; number += 1) {
    note(number === 0 ? 'warming up' : `round ${number} of ${rounds}`);
    for (const one of contestants) {
      const { servers, through } = one;
      const options: RoundOptions = {
        ...{ customers, connections, seconds },
        urls: through ? [through.url] : servers.map(({ url }) => url),
        pids: servers.map(({ pid }) => pid),
        ...(through ? { authority: through.authority } : {}),
      };
      if (number === 0) await warmUp(options);
      else results.get(one)?.push(await round(options));
    }
  }
  return figuresOf(results);
}

const names = {
  full: 'producer, telemetry on',
  quiet: 'producer, telemetry off',
  bare: 'bare handler',
  single: 'bare handler without micro-batches',
  koa: 'bare Koa without Kafka',
  edge: 'producer, telemetry off, through the edge',
  two: '2 producers, telemetry off',
  four: '4 producers, telemetry off',
} as const;

async function startAll(platform: PreparedPlatform, parts: AsyncDisposableStack): Promise<Contestant[]> {
  let port = 18_100;
  const environment = platform.producer;
  const start = async (
    program: string,
    own: Readonly<Record<string, string>>,
    readyPath: string,
    imports: readonly string[] = [],
  ): Promise<MeasuredProcess> => {
    port += 1;
    return parts.use(await startMeasured(program, { port, environment: own, readyPath, imports }));
  };
  const producer = () => start('services/producer/main.ts', environment, '/readyz');
  const bare = 'scripts/bench/accept/bare-handler.ts';
  const collector = parts.use(await startGrpcReceiver());
  const telemetry = {
    OTEL_SERVICE_NAME: 'producer',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    // As many traces as the load test keeps at 1000 a second.
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.02',
  };
  const traced = await start('services/producer/main.ts', { ...environment, ...telemetry }, '/readyz', [
    './platform/telemetry/register.ts',
  ]);
  const [first, ...others] = [await producer(), await producer(), await producer(), await producer()];
  const simple = { KAFKA_BROKERS: environment.KAFKA_BROKERS ?? '' };
  return [
    { name: names.full, servers: [traced] },
    { name: names.quiet, servers: [first] },
    { name: names.bare, servers: [await start(bare, simple, '/')] },
    { name: names.single, servers: [await start(bare, { ...simple, MICRO_BATCH: 'off' }, '/')] },
    { name: names.koa, servers: [await start('scripts/bench/accept/bare-koa.ts', {}, '/')] },
    { name: names.edge, servers: [first], through: await startEdge(first, parts) },
    { name: names.two, servers: [first, ...others.slice(0, 1)] },
    { name: names.four, servers: [first, ...others] },
  ];
}

/** The edge in front of a producer, with its firewall, and limits that one address can't reach. */
async function startEdge(upstream: MeasuredProcess, parts: AsyncDisposableStack) {
  const authority = parts.use(await TestAuthority.create());
  const env = { EDGE_REQUESTS_PER_ADDRESS: '1000000', EDGE_CONNECTIONS_PER_ADDRESS: '1000' };
  const edge = parts.use(
    await EdgeContainer.start({ name: 'bench-accept', authority, upstreamPort: upstream.port, env }),
  );
  return { url: `https://127.0.0.1:${edge.port}`, authority: authority.certificate };
}

function figuresOf(results: ReadonlyMap<Contestant, readonly Round[]>): Figure[] {
  const of = (name: string, what: keyof Round): number => {
    const found = [...results].find(([one]) => one.name === name);
    return median((found?.[1] ?? []).map((measured) => measured[what]));
  };
  const ratio = (above: string, below: string, what: keyof Round = 'perSecond'): number =>
    of(above, what) / of(below, what);
  return [
    ...Object.values(names).flatMap((name) => [
      figure(name, Math.round(of(name, 'perSecond')), 'orders/s'),
      figure(`${name}, processor time`, Math.round(of(name, 'cpuMicros')), 'µs an order'),
    ]),
    figure(acceptRatio, ratio(names.full, names.bare)),
    figure('the same, processor time of bare ÷ ours', ratio(names.bare, names.full, 'cpuMicros')),
    figure('the same without telemetry, orders/s', ratio(names.quiet, names.bare)),
    figure('accepting ÷ bare Koa that does nothing, orders/s', ratio(names.full, names.koa)),
    figure('telemetry on ÷ off, orders/s', ratio(names.full, names.quiet)),
    figure('telemetry on ÷ off, processor time', ratio(names.full, names.quiet, 'cpuMicros')),
    figure('micro-batch on ÷ off, orders/s', ratio(names.bare, names.single)),
    figure('through the edge ÷ past it, orders/s', ratio(names.edge, names.quiet)),
    figure('2 producers ÷ 1, orders/s', ratio(names.two, names.quiet)),
    figure('4 producers ÷ 1, orders/s', ratio(names.four, names.quiet)),
  ];
}
