import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { cpuSeconds } from '../child-process.ts';
import type { BenchCustomer } from './customers.ts';

/** What one round showed. */
export interface Round {
  /** Answered with 202. */
  readonly perSecond: number;
  /** Of the server's processes, for each request. */
  readonly cpuMicros: number;
}

export interface RoundOptions {
  /** Connections are shared among them. */
  readonly urls: readonly string[];
  /** Whose processor time counts. */
  readonly pids: readonly number[];
  /** Whom each order is of, by the header that proves it. */
  readonly customers: readonly BenchCustomer[];
  readonly connections: number;
  readonly seconds: number;
  /** Of the server's certificate, which is not verified here: it is the bench's own. */
  readonly authority?: string;
}

const item = { productId: 'flat-white', size: 'medium', options: ['oat-milk'], quantity: 1 };
const other = { productId: 'croissant', size: 'regular', options: [], quantity: 1 };

/**
 * As many requests as there are answers (closed loop): how much a server can do. How long requests wait is the load
 * test's.
 *
 * @throws Error when anything was answered that is not 202: such a server was not measured.
 */
export async function round({
  urls,
  pids,
  customers,
  connections,
  seconds,
  authority,
}: RoundOptions): Promise<Round> {
  let count = 0;
  const cpu = async (): Promise<number> =>
    (await Promise.all(pids.map(cpuSeconds))).reduce((sum, each) => sum + each, 0);
  const before = await cpu();
  const result = await autocannon({
    // Its types do not know that it takes several.
    url: urls.map((url) => `${url}/v1/orders`) as unknown as string,
    connections,
    duration: seconds,
    ...(authority ? { tlsOptions: { ca: authority } } : {}),
    requests: [
      {
        method: 'POST',
        path: '/v1/orders',
        setupRequest: (request) => {
          count += 1;
          const customer = customers[count % customers.length];
          return {
            ...request,
            headers: {
              'content-type': 'application/json',
              'idempotency-key': randomUUID(),
              authorization: customer?.authorization ?? '',
            },
            body: JSON.stringify({ customerId: customer?.id, items: [item, other] }),
          };
        },
      },
    ],
  });
  const answered = result['2xx'];
  if (result.non2xx + result.errors > 0 || answered === 0) {
    throw new Error(`${urls.join(', ')}: ${result.non2xx} answers were not 202, ${result.errors} failed`);
  }
  return {
    perSecond: answered / result.duration,
    cpuMicros: (((await cpu()) - before) / answered) * 1e6,
  };
}

const warmWithinMs = 120_000;

/**
 * Asks until all of a round is answered with 202: connections and the compiler are warm then, and what a server looks for
 * in the background is there.
 *
 * @throws Error with what was wrong with the last round when that takes too long.
 */
export async function warmUp(options: RoundOptions): Promise<void> {
  const deadline = performance.now() + warmWithinMs;
  for (;;) {
    try {
      await round(options);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}
