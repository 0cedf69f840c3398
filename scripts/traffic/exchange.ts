import { orderCommandReceipt } from '#contracts/http/orders.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import { type ApiClient, type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import type { Authorization, Authorize } from '../stack/tokens.ts';
import type { Journal } from './journal.ts';
import { type Purpose, placing } from './journal-entry.ts';
import { receipt } from './receipt.ts';
import type { Statistics } from './statistics.ts';
import { traceparent } from './trace-share.ts';

export interface ExchangeParts {
  readonly client: Pick<ApiClient, 'send'>;
  /** Who somebody is to the API, by her id. */
  readonly authorize: Authorize;
  readonly journal: Pick<Journal, 'append'>;
  readonly statistics: Statistics;
  /** Aborted when the day is called off: what is under way may end, nothing is sent again. */
  readonly signal: AbortSignal;
  /** How long a request is repeated before it counts as unknown, in milliseconds. */
  readonly giveUpAfterMs: number;
  /** Whether customers cancel; version 0.1 has no such thing. */
  readonly cancellations: boolean;
  /** Which share of the requests is traced, 0 to 1. */
  readonly traceShare: number;
  /** Told of every order that was accepted. */
  readonly onPlaced?: (orderId: string) => void;
}

export interface Exchange {
  readonly purpose: Purpose;
  readonly customerId: string;
  readonly key: string;
  readonly request: ApiRequest;
  /** When it should have been sent, on the clock of `performance.now()`. */
  readonly intendedAt: number;
}

// Nobody can tell from these whether the request took effect: it is sent again with the same key.
const inconclusive = new Set([408, 429, 502, 503, 504]);

// After an outage a minute of customers is waiting: shorter, their repeats alone would be another overload.
const longestBackoffMs = 8_000;

/**
 * Sends a request until it is answered conclusively, with backoff and at least as late as Retry-After asks for.
 * Resolves when the answer is in the journal; `undefined` when the outcome stays unknown.
 */
export async function exchange(parts: ExchangeParts, what: Exchange): Promise<ApiReply | undefined> {
  const { statistics, signal } = parts;
  const giveUpAt = performance.now() + parts.giveUpAfterMs;
  // The others are not part of the load that was asked for.
  const places = placing.has(what.purpose);
  if (places) statistics.sent += 1;
  for (let attempt = 1; ; attempt += 1) {
    const { reply, reason } = await attemptOnce(parts, what, attempt);
    if (reply && !inconclusive.has(reply.status)) {
      if (places) statistics.latencies.add(performance.now() - what.intendedAt);
      return reply;
    }
    const waitMs = Math.max(
      backoff(attempt - 1, 100, longestBackoffMs),
      (reply?.retryAfterMs ?? 0) * (1 + Math.random() / 4),
    );
    if (performance.now() + waitMs > giveUpAt || signal.aborted) return giveUp(parts, what, attempt, reason);
    await pause(waitMs, signal);
    if (signal.aborted) return giveUp(parts, what, attempt, reason);
    statistics.retried += 1;
  }
}

async function attemptOnce(parts: ExchangeParts, what: Exchange, attempt: number) {
  const startedAt = performance.now();
  try {
    const headers = { traceparent: traceparent(parts.traceShare), ...what.request.headers };
    const authorize = (): Promise<Authorization> => parts.authorize(what.customerId);
    const reply = await parts.client.send({ ...what.request, headers, authorize, signal: parts.signal });
    await parts.journal.append(answered(what, attempt, reply, performance.now() - startedAt));
    return { reply, reason: `status ${reply.status}` };
  } catch (error) {
    if (!(error instanceof NoReplyError)) throw error;
    return { reply: undefined, reason: error.code };
  }
}

async function giveUp(
  parts: ExchangeParts,
  what: Exchange,
  attempts: number,
  reason: string,
): Promise<undefined> {
  const { purpose, customerId, key } = what;
  const at = new Date().toISOString();
  await parts.journal.append({ type: 'unknown', at, purpose, customerId, key, attempts, reason });
  if (placing.has(purpose)) parts.statistics.unknown += 1;
}

/** What the journal keeps of an answer. */
export function answered(
  { purpose, customerId, key }: Pick<Exchange, 'purpose' | 'customerId' | 'key'>,
  attempt: number,
  reply: Pick<ApiReply, 'status' | 'body'>,
  latencyMs: number,
) {
  return {
    type: 'answer' as const,
    at: new Date().toISOString(),
    purpose,
    customerId,
    key,
    attempt,
    status: reply.status,
    latencyMs: Math.round(latencyMs * 10) / 10,
    ...(reply.status === 202 ? receiptOf(purpose, reply.body) : {}),
  };
}

/** Only what fits the purpose is looked for: a body that does not fit costs more than all the rest of an answer. */
function receiptOf(purpose: Purpose, body: unknown) {
  if (placing.has(purpose)) {
    const placed = receipt.safeParse(body).data;
    return placed && { orderId: placed.id, totalCents: placed.totalCents, lines: placed.items };
  }
  const command = orderCommandReceipt.safeParse(body).data;
  return command && { orderId: command.orderId, commandId: command.commandId, action: command.action };
}
