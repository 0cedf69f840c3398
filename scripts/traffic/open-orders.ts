import { type Order, type OrderPage, orderPage } from '#contracts/http/orders.ts';
import { type OrderStatus, unserved } from '#contracts/order-lifecycle.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { type ApiClient, type ApiReply, NoReplyError } from '../stack/api-client.ts';
import type { Authorization } from '../stack/tokens.ts';
import type { KitchenOrder } from './kitchen-plan.ts';

const waiting: readonly OrderStatus[] = ['accepted', 'awaiting-payment', 'paid', 'preparing', 'ready'];
/** The lists of orders that somebody has to do something about. */
const lists: readonly string[] = [...waiting.map((status) => `status=${status}`), 'refundDue=true'];

// Lists are the first that an overloaded platform refuses.
const patienceMs = 60_000;
const passing = new Set([429, 502, 503, 504]);

/**
 * All orders that are open, or whose payment is due back, as the API lists them. An order that moves meanwhile can come
 * twice or not at all: follow the events first. Ends early when the signal is aborted.
 *
 * @throws Error with the answer when the API refuses a list, or is away for a minute
 */
export async function* openOrders(
  client: Pick<ApiClient, 'send'>,
  authorize: () => Promise<Authorization>,
  signal: AbortSignal,
): AsyncGenerator<KitchenOrder & { readonly orderVersion: number }> {
  for (const list of lists) {
    let cursor: string | null = null;
    do {
      const path: string = `/v1/orders?${list}&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const page = await readPage(client, { path, authorize }, signal);
      if (!page) return;
      yield* page.orders.map(kitchenOrder);
      cursor = page.nextCursor;
    } while (cursor);
  }
}

async function readPage(
  client: Pick<ApiClient, 'send'>,
  { path, authorize }: { path: string; authorize: () => Promise<Authorization> },
  signal: AbortSignal,
): Promise<OrderPage | undefined> {
  const deadline = performance.now() + patienceMs;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const reply = await client.send({ method: 'GET', path, authorize }).catch(unanswered);
    if (reply.status === 200) return orderPage.parse(reply.body);
    if (!passing.has(reply.status) || performance.now() > deadline) {
      throw new Error(`GET ${path} was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    }
    await pause(reply.retryAfterMs ?? backoff(attempt), signal);
  }
  return undefined;
}

/** No answer is as good as the answer that there is none now. */
function unanswered(error: unknown): ApiReply {
  if (!(error instanceof NoReplyError)) throw error;
  return { status: 503, body: error.message, retryAfterMs: undefined };
}

function kitchenOrder({ id, version, status, paymentMethod, refundDue }: Order) {
  const unpaid: readonly OrderStatus[] = ['accepted', 'awaiting-payment', ...unserved];
  return {
    orderId: id,
    orderVersion: version,
    status,
    paymentMethod,
    paid: refundDue || !unpaid.includes(status),
  };
}
