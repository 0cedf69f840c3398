import { type Order, orderPage } from '#contracts/http/orders.ts';
import { type OrderStatus, unserved } from '#contracts/order-lifecycle.ts';
import type { ApiClient } from '../stack/api-client.ts';
import type { KitchenOrder } from './kitchen-plan.ts';

const waiting: readonly OrderStatus[] = ['accepted', 'awaiting-payment', 'paid', 'preparing', 'ready'];
/** The lists of orders that somebody has to do something about. */
const lists: readonly string[] = [...waiting.map((status) => `status=${status}`), 'refundDue=true'];

/**
 * All orders that are open, or whose payment is due back, as the API lists them. An order that moves meanwhile can come
 * twice or not at all: follow the events first.
 */
export async function* openOrders(
  client: Pick<ApiClient, 'send'>,
): AsyncGenerator<KitchenOrder & { readonly orderVersion: number }> {
  for (const list of lists) {
    let cursor: string | null = null;
    do {
      const path: string = `/v1/orders?${list}&limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const { body } = await client.send({ method: 'GET', path });
      const page = orderPage.parse(body);
      yield* page.orders.map(kitchenOrder);
      cursor = page.nextCursor;
    } while (cursor);
  }
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
