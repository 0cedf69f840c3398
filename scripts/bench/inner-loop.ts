/**
 * ./coffee bench inner-loop: how long it takes from saving a source until the service answers as it says, until all services do
 * after an edit of what all of them load, and until the console's page is served as it says, by `./coffee dev`, which it
 * starts and stops. What was ordered before an edit must be there after it, and no request that comes through the edge
 * meanwhile may fail. It begins without a page, as a clean clone.
 *
 * With `--in-containers` the services stay in their containers, and nothing holds their callers while one restarts: what fails
 * at the edge then is counted, no time is promised, and orders must be there all the same.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { pause } from '#platform/lifecycle/abort.ts';
import { poll } from '#platform/testing/poll.ts';
import { say } from '../cli/progress.ts';
import { devServices, publishedPort, readDevConfig } from '../dev/dev-services.ts';
import { EditedFile, withButton, withNothing } from '../dev/edited-file.ts';
import { consolePage } from '../dev/page.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { fetchMenu } from '../stack/menu.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { startDev } from './dev-session.ts';
import { measure, wholeNumber } from './measure.ts';
import { ServedPage } from './page-edit.ts';
import { isOfEdit, nothingOf, titleOf, untilServed } from './timed-edit.ts';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '5' },
    'in-containers': { type: 'boolean', default: false },
  },
});
const edits = wholeNumber('edits', values.edits, 1, 100);
const { 'in-containers': inContainers } = values;

// What is promised, of the middle one of the edits of each service on this machine.
const promisedMs = 1_000;
const giveUpMs = inContainers ? 60_000 : 30_000;
// A person does not save again before a service has joined its groups, and those before have left theirs.
const betweenEditsMs = 5_000;

const failures: string[] = [];
const figures: Figure[] = [];
let asked = 0;
let failedAtEdge = 0;

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(name));
const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(40 * 60_000)]);

type Serves = () => Promise<string | true>;

/** Milliseconds from saving until what is asked for is served. */
const edit = async (file: EditedFile, number: number, serves: Serves): Promise<number> =>
  untilServed(await file.save(number), serves, giveUpMs, signal);

/** Says how long the edits of one file took. The middle one has to be within what is promised, if something is. */
function report(what: string, times: readonly number[], isPromised = false): void {
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const all = sorted.map((ms) => ms.toFixed(0)).join(', ');
  say(`${what}: ${median.toFixed(0)} ms from saving to serving (${all})`);
  figures.push(figure(what, Math.round(median), 'ms from saving to serving'));
  if (isPromised && !inContainers && !(median < promisedMs))
    failures.push(`${what}: ${median.toFixed(0)} ms, promised ${promisedMs}`);
}

/** A customer at the edge, while services restart. */
class Customer {
  readonly #edge: ApiClient;
  readonly #authorization: Readonly<Record<string, string>>;
  readonly #item: object;

  constructor(edge: ApiClient, authorization: Readonly<Record<string, string>>, item: object) {
    this.#edge = edge;
    this.#authorization = authorization;
    this.#item = item;
  }

  /** @returns the id of an order that was accepted. In containers the service may still be on its way back. */
  async order(): Promise<string> {
    const headers = { 'idempotency-key': randomUUID(), ...this.#authorization };
    const body = { items: [this.#item] };
    const accepted = async (): Promise<string> => {
      const reply = await this.#edge.send({ method: 'POST', path: '/v1/orders', headers, body });
      if (reply.status !== 202) throw new Error(`An order was answered with ${reply.status}.`);
      return z.object({ id: z.string() }).parse(reply.body).id;
    };
    return inContainers
      ? poll(accepted, { what: 'an order to be accepted', deadlineMs: giveUpMs })
      : accepted();
  }

  /** Asks for the menu a moment from now; where services have stand-ins the edge lets it wait while the producer restarts. */
  async askMeanwhile(when: string): Promise<void> {
    await pause(300, signal);
    asked += 1;
    const failed = await this.#edge.send({ method: 'GET', path: '/v1/menu' }).then(
      ({ status }) => (status === 200 ? undefined : String(status)),
      (error: unknown) => String(error),
    );
    if (failed === undefined) return;
    failedAtEdge += 1;
    if (!inContainers) failures.push(`${when}: a request through the edge had ${failed}`);
  }

  async findAgain(id: string, when: string): Promise<void> {
    const ask = async (): Promise<number> => {
      const reply = await this.#edge.send({
        method: 'GET',
        path: `/v1/orders/${id}`,
        headers: this.#authorization,
      });
      return reply.status;
    };
    const found = async (): Promise<boolean> => (await ask()) === 200;
    const isKept = inContainers
      ? await poll(found, { what: 'the order', deadlineMs: giveUpMs }).catch(() => false)
      : await found();
    if (!isKept) failures.push(`${when}: the order was not there after it`);
  }
}

async function benchInnerLoop(): Promise<Figure[]> {
  const config = await readDevConfig(signal);
  const settings = await readSettings();
  await rm(consolePage.folder, { recursive: true, force: true });
  await using _dev = await startDev(inContainers ? ['--in-containers'] : [], signal);
  using clients = new DisposableStack();
  const authority = await readAuthority(settings, signal);
  const edge = clients.use(new ApiClient(settings.edgeUrl, 4, authority));
  const authorization = await (await stackTokens(settings, signal)).headerOf('inner-loop', 'customer');
  const { products } = await fetchMenu(edge, signal);
  const [product] = products;
  if (!product) throw new Error('There is no menu.');
  const item = { productId: product.id, size: product.sizes[0]?.id ?? 'medium', options: [], quantity: 1 };
  const customer = new Customer(edge, authorization, item);
  const urlOf = (service: string, path: string): URL =>
    new URL(
      path,
      `${settings.tls ? 'https' : 'http'}://127.0.0.1:${publishedPort(service, config.services[service])}`,
    );
  const services = devServices(config).map((name) => ({
    name,
    client: clients.use(new ApiClient(urlOf(name, '/'), 1, authority)),
  }));

  for (const { name, client } of services) {
    await using file = await EditedFile.open(join(repositoryRoot, 'services', name, 'app.ts'));
    const times: number[] = [];
    const again: number[] = [];
    for (let number = 1; number <= edits; number += 1) {
      const when = `${name}, edit ${number}`;
      await pause(betweenEditsMs, signal);
      const orderId = await customer.order();
      const meanwhile = customer.askMeanwhile(when);
      const titled = (of: number) => async (): Promise<string | true> => isOfEdit(await titleOf(client), of);
      times.push(await edit(file, number, titled(number)));
      await meanwhile;
      // Who sees at once that it is not yet right.
      again.push(await edit(file, edits + number, titled(edits + number)));
      await customer.findAgain(orderId, when);
    }
    report(name, times, true);
    report(`${name}, saved again at once`, again);
  }

  {
    const shared = join(repositoryRoot, 'platform/errors/app-error.ts');
    await using file = await EditedFile.open(shared, withNothing);
    const times: number[] = [];
    for (let number = 1; number <= edits; number += 1) {
      await pause(betweenEditsMs, signal);
      const savedAt = await file.save(number);
      const each = services.map(({ client }) =>
        untilServed(savedAt, async () => isOfEdit(await nothingOf(client), number), giveUpMs, signal),
      );
      times.push(Math.max(...(await Promise.all(each))));
    }
    report('what all services load, until the last one serves it', times);
  }

  const page = new ServedPage(urlOf('console', '/console/'), authority);
  await using file = await EditedFile.open(join(dirname(consolePage.config), 'app.tsx'), withButton);
  const times: number[] = [];
  for (let number = 1; number <= edits; number += 1) {
    await pause(betweenEditsMs, signal);
    const shown = async (): Promise<string | true> => (await page.says(`(edit ${number})`)) || 'as it was';
    times.push(await edit(file, number, shown));
  }
  report("the console's page", times, true);
  return [
    ...figures,
    figure('requests through the edge, 0.3 s after an edit was saved', asked),
    figure('of these failed', failedAtEdge),
  ];
}

await measure({
  name: 'inner-loop',
  title: 'Benchmark of the inner loop',
  options: { edits, inContainers },
  machine: 'stack',
  // Those of the stack, which runs.
  images: [],
  run: benchInnerLoop,
  gates: () => failures,
  holds: inContainers
    ? 'Every edit was served inside of the containers, and no order was lost.'
    : `Every service, and the page, serves an edit within ${promisedMs / 1_000} s, and loses nothing.`,
});
// What is still open has nothing more to say.
process.exit();
