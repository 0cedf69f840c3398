import { orderMoved } from '#contracts/events/order-events.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { pause } from '#platform/lifecycle/abort.ts';
import type { KafkaAccess } from '../stack/kafka.ts';
import type { Authorization } from '../stack/tokens.ts';
import { followOrderEvents } from './event-feed.ts';
import { type ExchangeParts, exchange } from './exchange.ts';
import { type KitchenOrder, type KitchenStep, nextStep } from './kitchen-plan.ts';
import { openOrders } from './open-orders.ts';

export interface KitchenOptions {
  readonly kafka: KafkaAccess;
  readonly seed: number;
  /** 1 unless told; 2 takes twice as long. */
  readonly pace?: number;
}

const lookAgainMs = 100;

/** Who serves an order: one of thousands, since nobody can do more than the API lets one person do. */
const baristaOf = (orderId: string): string => `barista-${orderId.slice(0, 3)}`;

/**
 * The baristas of a simulated day: they follow the events of orders and move them on through the API, each at its own
 * pace. Orders that were open before are served as well.
 */
export class Kitchen implements AsyncDisposable {
  readonly #parts: ExchangeParts;
  readonly #options: KitchenOptions;
  /** The newest version of each order that was acted on: events come at least once. */
  readonly #versions = new Map<string, number>();
  /** Orders that customers wait for, and those that need nothing more. */
  readonly #expected = new Set<string>();
  readonly #done = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #feed: AsyncDisposable | undefined;
  #closed = false;
  #broken: unknown;

  private constructor(parts: ExchangeParts, options: KitchenOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** @throws UserError when Kafka can't be followed */
  static async open(parts: ExchangeParts, options: KitchenOptions): Promise<Kitchen> {
    const kitchen = new Kitchen(parts, options);
    kitchen.#feed = await followOrderEvents(
      options.kafka,
      (message) => kitchen.onEvent(message),
      parts.signal,
    );
    await kitchen.#takeOver();
    return kitchen;
  }

  /** Looks at an event and does what follows from it, in a moment. */
  onEvent(message: IncomingMessage): void {
    const event = orderOf(message);
    if (event) this.#take(event);
  }

  /** An order was accepted: its customer waits for it. */
  expect(orderId: string): void {
    if (!this.#done.has(orderId)) this.#expected.add(orderId);
  }

  /**
   * Waits until every expected order is served, or will not be, at most `limitMs`.
   *
   * @returns how many are still open
   * @throws what broke the journal
   */
  async finish(limitMs: number, signal: AbortSignal): Promise<number> {
    const deadline = performance.now() + limitMs;
    while (!signal.aborted && performance.now() < deadline) {
      if (this.#broken) throw this.#broken;
      if (this.#expected.size === 0) return 0;
      await pause(lookAgainMs, signal);
    }
    return this.#expected.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#feed?.[Symbol.asyncDispose]();
  }

  #plan(order: KitchenOrder): void {
    const { seed, pace = 1 } = this.#options;
    const step = nextStep(order, seed, pace);
    if (!step) {
      this.#done.add(order.orderId);
      this.#expected.delete(order.orderId);
    }
    if (!step || this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#act(order, step).catch((error: unknown) => {
        this.#broken = error;
      });
    }, step.afterMs);
    this.#timers.add(timer);
  }

  async #act(order: KitchenOrder, { action, reason }: KitchenStep): Promise<void> {
    const { statistics, signal } = this.#parts;
    const { orderId } = order;
    const reply = await exchange(this.#parts, {
      purpose: 'action',
      customerId: baristaOf(orderId),
      // The same for every try: a command whose answer was lost is not another command.
      key: `${action}-${orderId}`,
      intendedAt: performance.now(),
      request: {
        method: 'POST',
        path: `/v1/orders/${orderId}/actions`,
        headers: { 'idempotency-key': `${action}-${orderId}` },
        body: { action, ...(reason === undefined ? {} : { reason }) },
      },
    });
    if (reply?.status === 202) statistics.actions += 1;
    // Cancelled meanwhile, or another barista was faster.
    else if (reply?.status === 409) statistics.actionsRefused += 1;
    else if (reply) statistics.error(`a barista was answered ${reply.status}`);
    // Nobody could say whether it was taken: no event will ask again if it was not.
    else if (!signal.aborted) this.#plan(order);
  }

  async #takeOver(): Promise<void> {
    const { client, authorize, signal } = this.#parts;
    const headers = (): Promise<Authorization> => authorize(baristaOf('takes-over'));
    for await (const order of openOrders(client, headers, signal)) this.#take(order);
  }

  #take(order: VersionedOrder): void {
    if (order.orderVersion <= (this.#versions.get(order.orderId) ?? 0)) return;
    this.#versions.set(order.orderId, order.orderVersion);
    this.#plan(order);
  }
}

type VersionedOrder = KitchenOrder & { readonly orderVersion: number };

/** The order as an event tells of it; undefined for events that do not move an order. */
function orderOf({ value, headers }: IncomingMessage): VersionedOrder | undefined {
  // What is no event of ours is not the kitchen's business; reconcile looks at it.
  if (!value || !headers.ce_type?.startsWith('dev.gocoffee.order.')) return undefined;
  return orderMoved.safeParse(parsed(value)).data;
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    // Not an event that moves an order: the kitchen has nothing to do, reconcile looks at it.
    return undefined;
  }
}
