import { messageOf } from '#platform/errors/app-error.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import { ApiClient } from '../stack/api-client.ts';
import { fetchMenu } from '../stack/menu.ts';
import type { StackTokens } from '../stack/tokens.ts';
import { Customers } from './customers.ts';
import { arrivals } from './day.ts';
import type { ExchangeParts } from './exchange.ts';
import { Journal } from './journal.ts';
import { Kitchen, type KitchenOptions } from './kitchen.ts';
import { seededRandom } from './random.ts';
import { Statistics } from './statistics.ts';
import { traceShare } from './trace-share.ts';
import { attend } from './visit.ts';

export interface DayOptions {
  readonly producerUrl: URL;
  /** Of the producer's certificate (PEM). */
  readonly authority?: string | undefined;
  /** Who customers and baristas are to the API. */
  readonly tokens: Pick<StackTokens, 'as'>;
  /** Customers a second, the day's mean. */
  readonly rate: number;
  readonly durationMs: number;
  readonly seed: number;
  /** How many different customers there are. */
  readonly customers: number;
  readonly journalPath: string;
  /** How long a request is repeated before it counts as unknown, in milliseconds; 60 s unless told. */
  readonly giveUpAfterMs?: number;
  /** Whether customers change their minds; they do unless told. */
  readonly cancellations?: boolean;
  /** Aborted: no more customers come, and the day ends when those who are there have been served. */
  readonly closing?: AbortSignal;
  /** Serves the orders; without it they stay where they are. */
  readonly kitchen?: DayKitchen;
}

export interface DayKitchen extends Omit<KitchenOptions, 'seed'> {
  /** How long the kitchen may take for what is open at closing time, in milliseconds. */
  readonly finishWithinMs: number;
}

export interface DayResult {
  readonly journalPath: string;
  readonly statistics: Statistics;
  /** Without what followed closing time. */
  readonly elapsedMs: number;
  /** Orders that the baristas had not served when they went home; 0 without a kitchen. */
  readonly leftOpen: number;
}

const mostConnections = 256;
// Connections of their own: baristas must not wait behind customers.
const mostBaristas = 128;

/**
 * Plays a day of customers in `durationMs` milliseconds, then waits for the answers that are still open. Aborting the
 * signal ends the day early with a complete journal.
 *
 * @param onStart gets the live statistics, for progress.
 * @throws UserError when there is no menu; whatever the disk says when the journal can't be written.
 */
export async function runDay(
  options: DayOptions,
  signal: AbortSignal,
  onStart: (statistics: Statistics) => void = () => undefined,
): Promise<DayResult> {
  using client = new ApiClient(options.producerUrl, mostConnections, options.authority);
  const menu = await fetchMenu(client, signal);
  const random = seededRandom(options.seed);
  const customers = new Customers(menu, options.customers, random);
  const statistics = new Statistics();
  await using journal = await Journal.create(options.journalPath);
  const { rate, durationMs, seed } = options;
  await journal.append({ type: 'start', at: new Date().toISOString(), rate, durationMs, seed });
  // A disk that does not take the journal ends the day: an answer that is nowhere noted can't be reconciled.
  const broken = new AbortController();
  const common: ExchangeParts = {
    client,
    authorize: options.tokens.as('customer'),
    journal,
    statistics,
    signal: AbortSignal.any([signal, broken.signal]),
    giveUpAfterMs: options.giveUpAfterMs ?? 60_000,
    traceShare: traceShare(rate),
    cancellations: options.cancellations ?? true,
  };
  using baristas = new ApiClient(options.producerUrl, mostBaristas, options.authority);
  await using kitchen = options.kitchen
    ? await Kitchen.open(
        { ...common, client: baristas, authorize: options.tokens.as('barista') },
        { ...options.kitchen, seed },
      )
    : undefined;
  const untilClosing = options.closing ? AbortSignal.any([common.signal, options.closing]) : common.signal;
  const parts: ExchangeParts = { ...common, onPlaced: (orderId) => kitchen?.expect(orderId) };
  onStart(statistics);
  const startedAt = performance.now();
  const open = new Set<Promise<void>>();
  for (const at of arrivals(rate, durationMs, random)) {
    const intendedAt = startedAt + at;
    const waitMs = intendedAt - performance.now();
    if (waitMs > 1) await pause(waitMs, untilClosing);
    if (untilClosing.aborted) break;
    statistics.late(Math.max(0, performance.now() - intendedAt));
    const visit = customers.visit();
    if (open.size >= mostOpen(rate)) {
      statistics.dropped += 1;
      continue;
    }
    const attending: Promise<void> = attend(parts, visit, intendedAt)
      .catch((error: unknown) => broken.abort(error))
      .finally(() => open.delete(attending));
    open.add(attending);
  }
  await pause(Math.max(0, startedAt + durationMs - performance.now()), untilClosing);
  const elapsedMs = performance.now() - startedAt;
  await Promise.all(open);
  const leftOpen = (await kitchen?.finish(options.kitchen?.finishWithinMs ?? 0, parts.signal)) ?? 0;
  if (broken.signal.aborted) {
    throw new Error(`traffic had to stop: ${messageOf(broken.signal.reason)}`, {
      cause: broken.signal.reason,
    });
  }
  await journal.append({ type: 'end', at: new Date().toISOString() });
  return { journalPath: journal.path, statistics, elapsedMs, leftOpen };
}

// An outage leaves a minute of customers waiting; the margin is for peaks. Bounds memory.
const mostOpen = (rate: number): number => Math.max(1_000, Math.ceil(rate * 200));
