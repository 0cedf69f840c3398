import autocannon from 'autocannon';
import { messageOf } from '#platform/errors/app-error.ts';
import { StackTokens } from '../../scripts/stack/tokens.ts';
import { answered } from '../../scripts/traffic/exchange.ts';
import { Journal } from '../../scripts/traffic/journal.ts';
import { type Slot, schedule, totalMs } from '../schedule.ts';
import { type AutocannonClient, Lane, type LaneAnswer } from './lane.ts';
import { type FromGenerator, type GeneratorOrders, notSent, packSamples, type Sample } from './message.ts';
import { Pacer } from './pacer.ts';
import { People } from './people.ts';
import { type LoadRequest, Workload } from './workload.ts';

const timeoutMs = 10_000;
const aDay = 24 * 3_600;
// The journal is for reconciliation after this run, which needs this machine to stay alive anyway: a few writes a second.
const journalEveryMs = 250;
const tellEveryMs = 500;

/** One generator: a share of the load over its own connections, with its own journal. */
export class Generator implements AsyncDisposable {
  readonly #orders: GeneratorOrders;
  readonly #tell: (message: FromGenerator) => void;
  readonly #journal: Journal;
  readonly #people: People;
  readonly #workload: Workload;
  readonly #pacer: Pacer<Lane>;
  readonly #cannon: autocannon.Instance;
  readonly #ended = Promise.withResolvers<void>();
  readonly #disconnected = Promise.withResolvers<void>();
  #samples: Sample[] = [];
  #placed: string[] = [];
  #nameable = 0;
  #open = 0;
  #stopping = false;
  #startedAt = 0;

  private constructor(
    orders: GeneratorOrders,
    tell: (message: FromGenerator) => void,
    journal: Journal,
    people: People,
  ) {
    this.#orders = orders;
    this.#tell = tell;
    this.#journal = journal;
    this.#people = people;
    this.#workload = new Workload(orders, people);
    this.#pacer = new Pacer(schedule(orders.phases, orders.share), (lane, slot, at) =>
      this.#send(lane, slot, at),
    );
    this.#cannon = this.#openConnections();
  }

  static async open(orders: GeneratorOrders, tell: (message: FromGenerator) => void): Promise<Generator> {
    const journal = await Journal.create(orders.journalPath, journalEveryMs);
    const fail = (error: unknown): void => {
      throw new Error(`tokens can't be renewed: ${messageOf(error)}`);
    };
    const people = await People.known(orders.customerIds, new StackTokens(orders.tokenSecret), fail);
    const { phases, seed } = orders;
    const rate = Math.max(...phases.map((phase) => phase.rate));
    await journal.append({
      type: 'start',
      at: new Date().toISOString(),
      rate,
      durationMs: totalMs(phases),
      seed,
    });
    return new Generator(orders, tell, journal, people);
  }

  /** Sends all of its share. Resolves when all of it is answered, given up, or `stop` was called. */
  async run(startsInMs: number): Promise<void> {
    this.#startedAt = performance.now() + startsInMs;
    const telling = setInterval(() => this.#tellSamples(), tellEveryMs);
    this.#pacer.start(this.#startedAt);
    const end = setTimeout(() => this.stop(), startsInMs + totalMs(this.#orders.phases) + 100);
    await this.#ended.promise;
    clearTimeout(end);
    clearInterval(telling);
    this.#tellSamples();
    await this.#journal.append({ type: 'end', at: new Date().toISOString() });
  }

  /** Sends nothing any more, and waits for what is under way. */
  stop(): void {
    const elapsedMs = performance.now() - this.#startedAt;
    for (const { phase, dueMs } of this.#pacer.stop())
      this.#samples.push({ phase, dueMs, latencyMs: elapsedMs - dueMs, serviceMs: 0, status: notSent });
    if (this.#open === 0) this.#ended.resolve();
    else this.#stopping = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cannon.stop();
    await this.#disconnected.promise;
    this.#people[Symbol.dispose]();
    await this.#journal[Symbol.asyncDispose]();
  }

  #openConnections(): autocannon.Instance {
    const { url, servername, authority, connections } = this.#orders;
    const options = {
      timeoutMs,
      onFree: (lane: Lane) => this.#pacer.free(lane),
      onUntrusted: (why: string) => this.#tell({ type: 'untrusted', why }),
    };
    const config: autocannon.Options = {
      url,
      connections,
      // Until it is stopped; and a lane knows better than autocannon what is too late, which counts idle time.
      duration: aDay,
      timeout: aDay,
      // Without a rate of its own it corrects no latency: ours are counted from when each request was due.
      ...(servername ? { servername } : {}),
      ...(authority ? { tlsOptions: { ca: authority } } : {}),
      setupClient: (client) => void new Lane(client as unknown as AutocannonClient, options),
    };
    return autocannon(config, (error: unknown) => {
      if (error) this.#ended.reject(error);
      this.#disconnected.resolve();
    });
  }

  #send(lane: Lane, { phase, dueMs }: Slot, intendedAt: number): void {
    const request = this.#workload.next();
    const sentAt = performance.now();
    this.#open += 1;
    lane.send(request, (answer) => {
      const now = performance.now();
      const times = { latencyMs: now - intendedAt, serviceMs: now - sentAt };
      this.#samples.push({ phase, dueMs, ...times, status: answer.status });
      this.#note(request, answer, times.serviceMs);
      this.#open -= 1;
      if (this.#stopping && this.#open === 0) this.#ended.resolve();
    });
  }

  #note(request: LoadRequest, answer: LaneAnswer, latencyMs: number): void {
    const { purpose, customerId, key } = request;
    const at = new Date().toISOString();
    if (answer.status === 0) {
      const reason = answer.reason ?? '';
      this.#append({ type: 'unknown', at, purpose, customerId, key, attempts: 1, reason });
      return;
    }
    const body = answer.status === 202 ? jsonOf(answer.body) : undefined;
    const entry = answered({ purpose, customerId, key }, 1, { status: answer.status, body }, latencyMs);
    this.#append(entry);
    // Nobody can tell whether it was placed: reconciliation takes either.
    if (answer.status >= 500)
      this.#append({
        type: 'unknown',
        at,
        purpose,
        customerId,
        key,
        attempts: 1,
        reason: `status ${answer.status}`,
      });
    if ('orderId' in entry && entry.orderId) {
      this.#workload.placed(entry.orderId, customerId);
      if (this.#nameable >= 1) {
        this.#nameable -= 1;
        this.#placed.push(entry.orderId);
      }
    }
  }

  #append(entry: Parameters<Journal['append']>[0]): void {
    // A disk that does not take the journal ends the run: what is nowhere noted can't be reconciled.
    this.#journal.append(entry).catch((error: unknown) => this.#ended.reject(error));
  }

  #tellSamples(): void {
    this.#tell({ type: 'samples', rows: packSamples(this.#samples), placed: this.#placed });
    this.#samples = [];
    this.#placed = [];
    // What is left of one: a few a second are not rounded up to more. What was not named is not made up for.
    this.#nameable = (this.#nameable % 1) + (this.#orders.namedPerSecond * tellEveryMs) / 1_000;
  }
}

/** A 202 without a receipt is in the journal without an order, which breaks the run (loadtest/checked.ts). */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No JSON is no receipt either.
    return undefined;
  }
}
