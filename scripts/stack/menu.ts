import { type Menu, menu } from '#contracts/http/menu.ts';
import type { PlaceOrderRequest } from '#contracts/http/orders.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import type { ApiClient } from './api-client.ts';

export type OrderItem = PlaceOrderRequest['items'][number];

/**
 * Fetches the menu, with retries: right after a start the producer may not be ready.
 * @throws UserError when there is no menu within `waitMs` milliseconds
 */
export async function fetchMenu(client: ApiClient, signal: AbortSignal, waitMs = 30_000): Promise<Menu> {
  const deadline = performance.now() + waitMs;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    let reason: string;
    try {
      const reply = await client.send({ method: 'GET', path: '/v1/menu' });
      if (reply.status === 200) return menu.parse(reply.body);
      reason = `it answers ${reply.status}`;
    } catch (error) {
      reason = messageOf(error);
    }
    if (performance.now() > deadline) {
      throw new UserError(
        `The producer has no menu to offer (${reason}).`,
        'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
      );
    }
    await pause(backoff(attempt, 100, 1_000), signal);
  }
}
