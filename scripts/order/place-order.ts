import { randomBytes, randomUUID } from 'node:crypto';
import { orderAcceptedType, statusEventType } from '#contracts/events/order-events.ts';
import { type Order, order, orderPage } from '#contracts/http/orders.ts';
import type { PaymentMethod } from '#contracts/order-lifecycle.ts';
import { orderEventsTopic } from '#contracts/topics.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { ApiClient, type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import { type Entrance, entranceUrl } from '../stack/entrance.ts';
import { readHostSecrets } from '../stack/host-secrets.ts';
import { fetchMenu } from '../stack/menu.ts';
import type { StackSettings } from '../stack/settings.ts';
import { type Authorization, tokensOf } from '../stack/tokens.ts';
import { TopicFollower } from '../stack/topic-follower.ts';
import { chooseItem } from './choose.ts';
import { payCrypto } from './pay-crypto.ts';
import { startTrace } from './start-trace.ts';

/** What happens to an order, in this order. */
export type OrderStage =
  /** Every in-sync replica of Kafka has it. */
  | 'accepted'
  /** The API shows it from PostgreSQL. */
  | 'in the order book'
  /** Its accepted event is in order-events.v1. */
  | 'event published'
  /** What the barista did is in order-events.v1. */
  | 'paid'
  | 'preparing'
  | 'ready'
  | 'completed';

export interface PlaceOrderOptions {
  readonly settings: StackSettings;
  readonly signal: AbortSignal;
  /** Through the edge unless told. */
  readonly through?: Entrance | undefined;
  /** What to order; something popular unless told. */
  readonly product?: string | undefined;
  /** At the counter unless told. */
  readonly pay?: PaymentMethod | undefined;
  /** Told what becomes of a payment on a chain. */
  readonly onPayment?: ((step: string) => void) | undefined;
  /** Told as soon as a stage is reached, with the milliseconds since the order was sent. */
  readonly onStage?: (stage: OrderStage, elapsedMs: number) => void;
}

export interface PlacedOrder {
  readonly order: Order;
  readonly traceId: string;
  /** Milliseconds since the order was sent. */
  readonly stages: Readonly<Partial<Record<OrderStage, number>>>;
}

const answerWithinMs = 60_000;
const arriveWithinMs = 20_000;

/**
 * Places one order as a person would, in a sampled trace of its own, serves it as a barista would, and follows it
 * through its states.
 * @throws UserError when it is refused, or does not arrive in time
 */
export async function placeOrder(options: PlaceOrderOptions): Promise<PlacedOrder> {
  const { settings, signal, through = 'edge', pay = 'counter' } = options;
  const { tls, tokenSecret } = await readHostSecrets(settings, signal);
  const tokens = tokensOf(tokenSecret);
  using client = new ApiClient(entranceUrl(settings, through), 4, tls?.material.ca);
  const item = chooseItem(await fetchMenu(client, signal), options.product);
  const events = new EventWatch();
  await using _follower = await TopicFollower.start(
    { broker: settings.kafkaBroker, tls },
    [orderEventsTopic.name],
    'end',
    ({ key = '', headers }) => events.saw(key, headers.ce_type ?? ''),
  );
  const { traceId, traceparent } = startTrace();
  // A customer of its own: the order book's list of this customer is this order.
  const customerId = `visitor-${randomBytes(4).toString('hex')}`;
  const sentAt = performance.now();
  const stages: Partial<Record<OrderStage, number>> = {};
  const reached = (stage: OrderStage): void => {
    const elapsedMs = performance.now() - sentAt;
    stages[stage] = elapsedMs;
    options.onStage?.(stage, elapsedMs);
  };
  const asCustomer = { ...(await tokens.headerOf(customerId, 'customer')) };
  const wanted = { customerId, items: [item], paymentMethod: pay };
  const placed = await send(client, wanted, { traceparent, asCustomer, signal });
  reached('accepted');
  const published = (type: string): Promise<void> =>
    within(events.of(placed.id, type), signal, `has no event ${type} in ${orderEventsTopic.name}`);
  await Promise.all([
    untilListed(client, placed, { asCustomer, signal }).then(() => reached('in the order book')),
    published(orderAcceptedType).then(() => reached('event published')),
  ]);
  const barista = { asBarista: await tokens.headerOf(`barista-of-${customerId}`, 'barista') };
  for (const [action, status] of served) {
    if (action === 'confirm-payment' && pay === 'crypto') {
      const onStep = options.onPayment ?? (() => undefined);
      await payCrypto({ orderId: placed.id, settings, signal, onStep });
    } else await act(client, placed.id, action, { ...barista, signal });
    await published(statusEventType(status));
    reached(status);
  }
  return { order: placed, traceId, stages };
}

interface AsCustomer {
  readonly asCustomer: Authorization;
  readonly signal: AbortSignal;
}

/** What a barista does, and the status that follows. */
const served = [
  ['confirm-payment', 'paid'],
  ['prepare', 'preparing'],
  ['mark-ready', 'ready'],
  ['complete', 'completed'],
] as const;

/** Waits for events by order and type; what came before it was asked for counts. */
class EventWatch {
  readonly #seen = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  saw(orderId: string, type: string): void {
    const name = `${orderId} ${type}`;
    this.#seen.add(name);
    this.#waiting.get(name)?.();
  }

  of(orderId: string, type: string): Promise<void> {
    const name = `${orderId} ${type}`;
    if (this.#seen.has(name)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }
}

/** Moves the order on. 409: another barista, of traffic that runs beside, was faster. */
async function act(
  client: ApiClient,
  orderId: string,
  action: string,
  { asBarista, signal }: { readonly asBarista: Authorization; readonly signal: AbortSignal },
): Promise<void> {
  const path = `/v1/orders/${orderId}/actions`;
  const headers = { 'idempotency-key': action, ...asBarista };
  await patiently(client, { method: 'POST', path, body: { action }, headers }, [202, 409], signal);
}

/** Sends it, again with the same key while nobody can say whether it was accepted. */
async function send(
  client: ApiClient,
  body: unknown,
  { traceparent, asCustomer, signal }: AsCustomer & { readonly traceparent: string },
): Promise<Order> {
  const headers = {
    ...asCustomer,
    'idempotency-key': randomUUID(),
    traceparent,
  };
  const reply = await patiently(client, { method: 'POST', path: '/v1/orders', body, headers }, [202], signal);
  return order.parse(reply.body);
}

/** Repeats a request while nobody can say whether it took effect. */
async function patiently(
  client: ApiClient,
  request: ApiRequest,
  expected: readonly number[],
  signal: AbortSignal,
): Promise<ApiReply> {
  const deadline = performance.now() + answerWithinMs;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    const reply = await client.send(request).catch(noReply);
    if (reply instanceof NoReplyError || reply.status === 503) {
      const why = reply instanceof NoReplyError ? reply.message : 'it answers 503';
      if (performance.now() > deadline) {
        throw new UserError(`The producer did not take the order (${why}).`, 'See ./coffee logs producer.');
      }
      await pause(Math.max(backoff(attempt), waitOf(reply)), signal);
    } else if (expected.includes(reply.status)) return reply;
    else {
      throw new UserError(
        `The producer answers ${reply.status}: ${JSON.stringify(reply.body)}`,
        'See ./coffee logs producer.',
      );
    }
  }
}

function noReply(error: unknown): NoReplyError {
  if (error instanceof NoReplyError) return error;
  throw error;
}

const waitOf = (reply: ApiReply | NoReplyError): number =>
  reply instanceof NoReplyError ? 0 : (reply.retryAfterMs ?? 0);

/** The list of orders comes from PostgreSQL only, unlike a single order, which Redis may answer. */
async function untilListed(
  client: ApiClient,
  { id, customerId }: Order,
  { asCustomer, signal }: AsCustomer,
): Promise<void> {
  const deadline = performance.now() + arriveWithinMs;
  for (let attempt = 0; performance.now() < deadline; attempt += 1) {
    signal.throwIfAborted();
    const path = `/v1/orders?customerId=${customerId}`;
    const headers = { ...asCustomer };
    const reply = await client.send({ method: 'GET', path, headers }).catch(noReply);
    const page = reply instanceof NoReplyError ? undefined : orderPage.safeParse(reply.body).data;
    if (page?.orders.some((listed) => listed.id === id)) return;
    // She may ask a hundred times a minute, and usually the first few are enough.
    await pause(backoff(attempt, 20, 1_000), signal);
  }
  throw notArrived('is not in the order book');
}

async function within(work: Promise<void>, signal: AbortSignal, what: string): Promise<void> {
  const late = new AbortController();
  const waiting = pause(arriveWithinMs, AbortSignal.any([signal, late.signal]));
  const first = await Promise.race([work.then(() => 'done'), waiting]);
  late.abort();
  signal.throwIfAborted();
  if (first !== 'done') throw notArrived(what);
}

const notArrived = (what: string): UserError =>
  new UserError(
    `The order was accepted, but ${what} after ${arriveWithinMs / 1000} s.`,
    'See ./coffee ps and ./coffee logs consumer.',
  );
