import type { Order } from '#contracts/http/orders.ts';
import type { ReviewRequest } from '#contracts/http/reviews.ts';
import { retryWithin } from '#platform/lifecycle/abort.ts';
import { UserError } from '../cli/user-error.ts';
import { startTrace } from '../order/start-trace.ts';
import { ApiClient } from '../stack/api-client.ts';
import type { StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';

export interface ReviewOptions {
  readonly settings: StackSettings;
  /** Of the certificates of the stack (PEM). */
  readonly authority: string | undefined;
  readonly signal: AbortSignal;
}

// Agents hear of an order by its events.
const knownWithinMs = 20_000;

/**
 * Says as its customer that an order was not liked: agents find that out, by a model's task, and somebody gets one.
 *
 * @returns the id of the request's trace
 * @throws UserError when the review is not taken
 */
export async function reviewOrder(
  { id, customerId }: Order,
  { settings, authority, signal }: ReviewOptions,
): Promise<string> {
  const { traceId, traceparent } = startTrace();
  const tokens = await stackTokens(settings, signal);
  const headers = { ...(await tokens.headerOf(customerId, 'customer')), traceparent };
  const body: ReviewRequest = {
    orderId: id,
    rating: 1,
    text: 'The coffee was cold and I waited far too long.',
  };
  using client = new ApiClient(settings.aiOrchestratorUrl, 1, authority);
  const write = async (): Promise<void> => {
    const reply = await client.send({ method: 'POST', path: '/v1/reviews', body, headers, signal });
    if (reply.status !== 201)
      throw new UserError(
        `The review of an order was answered ${reply.status}: ${JSON.stringify(reply.body)}`,
        'See ./coffee logs ai-orchestrator.',
      );
  };
  await retryWithin(knownWithinMs, write, signal);
  return traceId;
}
