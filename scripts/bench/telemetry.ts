/** ./coffee bench telemetry: what telemetry costs in accepted orders a second, on the running stack. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { pause } from '#platform/lifecycle/abort.ts';
import { compose } from '../docker/compose.ts';
import { untilHealthy } from '../nightly/container-health.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { fetchMenu } from '../stack/menu.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const connections = Number(values.connections);

const services = ['producer', 'consumer', 'streams'];
const off = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_TRACES_SAMPLER: 'always_off',
};
// What is promised; the offered load must be one that a shop would call high.
const leastRatio = 0.85;
const leastRate = 1_000;

const signal = AbortSignal.timeout(20 * 60_000);
const settings = await readSettings();
using client = new ApiClient(settings.producerUrl, connections, await readAuthority(settings, signal));
const tokens = await stackTokens(settings, signal);
const menu = await fetchMenu(client, signal);
const product = menu.products[0];
if (!product) throw new Error('There is no menu.');
const item = { productId: product.id, size: product.sizes[0]?.id ?? 'medium', options: [], quantity: 1 };

// So many that none of them comes to the limit of requests a minute.
const customers = await Promise.all(
  Array.from({ length: 10_000 }, async (_, index) => {
    const customerId = `bench-${index}`;
    return { customerId, authorization: await tokens.headerOf(customerId, 'customer') };
  }),
);
let next = 0;

async function start(env: Readonly<Record<string, string>>): Promise<void> {
  await compose(['up', '--detach', '--no-deps', '--no-build', '--pull', 'never', ...services], {
    env: { ...env },
    signal,
  });
  for (const service of services) await untilHealthy(service, 60_000, signal);
}

/** Accepted orders a second, with as many requests under way as there are connections. */
async function accept(forSeconds: number): Promise<number> {
  const until = performance.now() + forSeconds * 1_000;
  let accepted = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < until) {
      next += 1;
      const { customerId, authorization } = customers[next % customers.length] ?? {};
      const { status } = await client.send({
        method: 'POST',
        path: '/v1/orders',
        headers: { 'idempotency-key': randomUUID(), ...authorization },
        body: { customerId, items: [item] },
        signal,
      });
      if (status === 202) accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return accepted / forSeconds;
}

const rates = { on: [] as number[], off: [] as number[] };
try {
  // In turn, so that what else the machine does falls on both.
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of ['off', 'on'] as const) {
      await start(kind === 'off' ? off : {});
      await accept(5);
      const rate = await accept(seconds);
      rates[kind].push(rate);
      console.log(`round ${round}, telemetry ${kind}: ${rate.toFixed(0)} orders/s`);
      await pause(2_000, signal);
    }
  }
} finally {
  await start({});
}

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const ratio = median(rates.on) / median(rates.off);
const holds = ratio >= leastRatio && median(rates.off) >= leastRate;
console.log(
  `Telemetry on ÷ off: ${ratio.toFixed(2)} (${median(rates.on).toFixed(0)} of ${median(rates.off).toFixed(0)} orders/s), promised: ${leastRatio} at ${leastRate} or more.`,
);
process.exit(holds ? 0 : 1);
