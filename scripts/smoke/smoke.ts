import { randomBytes } from 'node:crypto';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../cli/user-error.ts';
import { placeOrder } from '../order/place-order.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { type Entrance, entranceUrl } from '../stack/entrance.ts';
import type { StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { Latencies } from '../traffic/latencies.ts';

export interface SmokeOptions {
  readonly settings: StackSettings;
  readonly signal: AbortSignal;
  readonly through: Entrance;
  /** How often customers ask for their orders; what is measured is those. */
  readonly requests: number;
  /** The slowest P95 that passes, in milliseconds. */
  readonly slowestMs: number;
}

export interface SmokeResult {
  readonly requests: number;
  readonly p95Ms: number;
  /** From the order to the hand-over, in milliseconds. */
  readonly servedMs: number;
}

const atOnce = 4;
// Each may ask a hundred times a minute; for what is for anybody, as the menu is, their address counts, which is one.
const requestsOfACustomer = 50;

/**
 * The shortest proof that a version works: requests are answered, quickly and without a 5xx, an order goes all the way, and each
 * of the other services answers from its own database.
 * @throws UserError that says what does not
 */
export async function smoke(options: SmokeOptions): Promise<SmokeResult> {
  const { requests, slowestMs } = options;
  const p95Ms = await readOrders(options);
  if (p95Ms > slowestMs)
    throw new UserError(
      `The P95 of ${requests} requests is ${p95Ms.toFixed(0)} ms; ${slowestMs} ms pass.`,
      'Look at the traces of the producer.',
    );
  const { stages } = await placeOrder(options);
  await askServices(options);
  return { requests, p95Ms, servedMs: stages.completed ?? 0 };
}

/** @returns the P95 in milliseconds. @throws UserError for the first answer that is not 200 */
async function readOrders({ settings, signal, through, requests }: SmokeOptions): Promise<number> {
  const [authority, tokens] = await Promise.all([
    readAuthority(settings, signal),
    stackTokens(settings, signal),
  ]);
  using client = new ApiClient(entranceUrl(settings, through), atOnce, authority);
  const latencies = new Latencies();
  // Others each time: a test that is repeated at once is not refused for its number of requests.
  const customer = `smoke-${randomBytes(4).toString('hex')}`;
  const queue = Array.from({ length: requests }, (_, index) => index)[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const index of queue) {
      signal.throwIfAborted();
      const headers = await tokens.headerOf(
        `${customer}-${Math.floor(index / requestsOfACustomer)}`,
        'customer',
      );
      const sentAt = performance.now();
      const status = await client.send({ method: 'GET', path: '/v1/orders?limit=1', headers }).then(
        (reply) => String(reply.status),
        (error: unknown) => messageOf(error),
      );
      if (status !== '200')
        throw new UserError(`GET /v1/orders answers ${status}.`, 'Look at the logs of the producer.');
      latencies.add(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return latencies.percentile(0.95);
}

/** The services that the order did not go through; the consumer has no API. @throws UserError for an answer that is not 200 */
async function askServices({ settings, signal }: SmokeOptions): Promise<void> {
  const [authority, tokens] = await Promise.all([
    readAuthority(settings, signal),
    stackTokens(settings, signal),
  ]);
  const headers = await tokens.headerOf('smoke-operator', 'operator');
  const asked: [string, URL, string][] = [
    ['web3-payment', settings.web3PaymentUrl, '/v1/chains'],
    ['ai-orchestrator', settings.aiOrchestratorUrl, '/v1/agents'],
    ['streams', settings.streamsUrl, '/v1/analytics/live'],
  ];
  for (const [service, url, path] of asked) {
    signal.throwIfAborted();
    using client = new ApiClient(url, 1, authority);
    const { status } = await client.send({ method: 'GET', path, headers });
    if (status !== 200)
      throw new UserError(`GET ${path} of ${service} answers ${status}.`, `Look at the logs of ${service}.`);
  }
}
