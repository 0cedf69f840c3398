/**
 * ./coffee bench inner-loop: how long it takes from saving a source until the service answers as it says, and until the
 * console's page is served as it says, by `./coffee dev`, which it starts and stops. What was ordered before an edit must be
 * there after it, and no request that comes through the edge meanwhile may fail. It begins without a page, as a clean clone.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { aborted, pause } from '#platform/lifecycle/abort.ts';
import { devServices, publishedPort, readDevConfig } from '../dev/dev-services.ts';
import { EditedFile, withButton } from '../dev/edited-file.ts';
import { consolePage } from '../dev/page.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { run } from '../docker/run.ts';
import { ApiClient, NoReplyError } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { fetchMenu } from '../stack/menu.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { wholeNumber } from './measure.ts';
import { ServedPage } from './page-edit.ts';

const { values } = parseArgs({ options: { edits: { type: 'string', default: '5' } } });
const edits = wholeNumber('edits', values.edits, 1, 100);

// What is promised, of the middle one of the edits of each service.
const promisedMs = 1_000;
const giveUpMs = 30_000;
const askEveryMs = 25;
// A person does not save again before a service has joined its groups, and those before have left theirs.
const betweenEditsMs = 5_000;

const failures: string[] = [];

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name));
const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(20 * 60_000)]);

/** Runs ./coffee dev with all services; resolves when they are ready. Disposal ends it, and waits for that. */
async function startDev(): Promise<AsyncDisposable> {
  const ending = new AbortController();
  const ready = new AbortController();
  const onLine = (line: string): void => {
    console.log(line);
    if (line.startsWith('Edit a file')) ready.abort();
  };
  const running = run(join(repositoryRoot, 'coffee'), ['dev'], {
    onLine,
    keepOutput: false,
    // It puts containers back.
    killAfterMs: 180_000,
    signal: AbortSignal.any([ending.signal, signal]),
  });
  const ended = running.then(
    ({ code }) => `it ended with code ${code}`,
    () => 'it was stopped',
  );
  const first = await Promise.race([aborted(ready.signal), ended]);
  if (first !== undefined) throw new Error(`./coffee dev did not start: ${first}`);
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await ended;
    },
  };
}

/** The title in the service's own document; undefined while it does not answer. */
async function titleOf(client: ApiClient): Promise<string | undefined> {
  try {
    const { body } = await client.send({ method: 'GET', path: '/openapi.json', timeoutMs: 2_000 });
    return z.object({ info: z.object({ title: z.string() }) }).safeParse(body).data?.info.title;
  } catch (error) {
    if (error instanceof NoReplyError) return undefined;
    throw error;
  }
}

/** Milliseconds from saving until what is asked for is served; `serves` tells whether it is, and what is there instead. */
async function edit(file: EditedFile, number: number, serves: () => Promise<string | true>): Promise<number> {
  const savedAt = await file.save(number);
  for (;;) {
    const served = await serves();
    const passed = performance.now() - savedAt;
    if (served === true) return passed;
    if (passed > giveUpMs) throw new Error(`after ${giveUpMs / 1_000} s it is still ${served}`);
    signal.throwIfAborted();
    await pause(askEveryMs, signal);
  }
}

/** Says how long the edits of one file took; the middle one has to be within what is promised. */
function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const all = sorted.map((ms) => ms.toFixed(0)).join(', ');
  console.log(`${what}: ${median.toFixed(0)} ms from saving to serving (${all})`);
  if (!(median < promisedMs)) failures.push(`${what}: ${median.toFixed(0)} ms, promised ${promisedMs}`);
}

const config = await readDevConfig(signal);
const settings = await readSettings();
await rm(consolePage.folder, { recursive: true, force: true });
{
  await using _dev = await startDev();
  const authority = await readAuthority(settings, signal);
  using edge = new ApiClient(settings.edgeUrl, 4, authority);
  const authorization = await (await stackTokens(settings, signal)).headerOf('inner-loop', 'customer');
  const { products } = await fetchMenu(edge, signal);
  const [product] = products;
  if (!product) throw new Error('There is no menu.');
  const item = { productId: product.id, size: product.sizes[0]?.id ?? 'medium', options: [], quantity: 1 };

  const placeOrder = async (): Promise<string> => {
    const headers = { 'idempotency-key': randomUUID(), ...authorization };
    const reply = await edge.send({ method: 'POST', path: '/v1/orders', headers, body: { items: [item] } });
    if (reply.status !== 202) throw new Error(`An order was answered with ${reply.status}.`);
    return z.object({ id: z.string() }).parse(reply.body).id;
  };
  for (const service of devServices(config)) {
    const port = publishedPort(service, config.services[service]);
    using client = new ApiClient(
      new URL(`${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}`),
      1,
      authority,
    );
    await using file = await EditedFile.open(join(repositoryRoot, 'services', service, 'app.ts'));
    const times: number[] = [];
    for (let number = 1; number <= edits; number += 1) {
      await pause(betweenEditsMs, signal);
      const orderId = await placeOrder();
      // The edge lets it wait while the producer restarts.
      const meanwhile = pause(300, signal).then(() => edge.send({ method: 'GET', path: '/v1/menu' }));
      const titled = async (): Promise<string | true> => {
        const title = await titleOf(client);
        return title?.endsWith(`(edit ${number})`) || `"${title}"`;
      };
      times.push(await edit(file, number, titled));
      const { status } = await meanwhile;
      if (status !== 200)
        failures.push(`${service}, edit ${number}: a request through the edge had ${status}`);
      const kept = await edge.send({ method: 'GET', path: `/v1/orders/${orderId}`, headers: authorization });
      if (kept.status !== 200)
        failures.push(`${service}, edit ${number}: the order had ${kept.status} after it`);
    }
    report(service, times);
  }
  const port = publishedPort('console', config.services.console);
  const at = new URL(`${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}/console/`);
  const page = new ServedPage(at, authority);
  await using file = await EditedFile.open(join(dirname(consolePage.config), 'app.tsx'), withButton);
  const times: number[] = [];
  for (let number = 1; number <= edits; number += 1) {
    await pause(betweenEditsMs, signal);
    const shown = async (): Promise<string | true> => (await page.says(`(edit ${number})`)) || 'as it was';
    times.push(await edit(file, number, shown));
  }
  report("the console's page", times);
}
for (const failure of failures) console.log(`✗ ${failure}`);
console.log(
  failures.length === 0
    ? `Every service, and the page, serves an edit within ${promisedMs / 1_000} s, and loses nothing.`
    : `${failures.length} do not hold.`,
);
process.exit(failures.length === 0 ? 0 : 1);
