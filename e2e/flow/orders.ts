import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { orderAcceptedType, statusEventType } from '#contracts/events/order-events.ts';
import type { Order } from '#contracts/http/orders.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';

/** The types of the events that an order has when it was accepted and nothing else happened. */
export const openedTypes: readonly string[] = [orderAcceptedType, statusEventType('awaiting-payment')];

export interface OrderRequest {
  readonly customerId: string;
  readonly items: readonly { productId: string; size: string; quantity: number; options?: string[] }[];
}

export const flatWhite = (
  customerId = `customer-${randomUUID().slice(0, 8)}`,
  quantity = 1,
): OrderRequest => ({
  customerId,
  items: [{ productId: 'flat-white', size: 'large', options: ['oat-milk'], quantity }],
});

export interface Answer<T = Order> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

export async function postOrder<T = Order>(
  url: string,
  request: OrderRequest = flatWhite(),
  key: string = randomUUID(),
): Promise<Answer<T>> {
  const who = await signedIn(request.customerId, 'customer');
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...who };
  return answerOf<T>(
    await fetch(`${url}/v1/orders`, { method: 'POST', headers, body: JSON.stringify(request) }),
  );
}

/** Reads as somebody who sees everything. */
export const getJson = async <T = Order>(url: string, path: string): Promise<Answer<T>> =>
  answerOf<T>(await fetch(`${url}${path}`, { headers: await signedIn('the-operator', 'operator') }));

/** Places an order as a patient client does: repeats it with the same key until it is accepted. */
export async function placePatiently(
  url: string,
  request = flatWhite(),
  key: string = randomUUID(),
): Promise<Order> {
  return poll(
    async () => {
      const { status, body } = await postOrder(url, request, key);
      if (status !== 503) expect(status, JSON.stringify(body)).toBe(202);
      return status === 202 ? body : undefined;
    },
    { what: 'the order to be accepted', deadlineMs: 80_000, intervalMs: 200 },
  );
}
