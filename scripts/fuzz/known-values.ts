import type { Menu } from '#contracts/http/menu.ts';
import { ordersTopic } from '#contracts/topics.ts';
import { backoff, pause } from '#platform/lifecycle/abort.ts';
import type { ApiClient, ApiRequest } from '../stack/api-client.ts';
import type { KnownValues } from './description.ts';

export interface KnownParts {
  /** By the service's name. */
  readonly clients: Readonly<Record<'producer' | 'ai-orchestrator' | 'web3-payment', ApiClient>>;
  readonly menu: Menu;
  readonly authorization: string;
  readonly signal: AbortSignal;
}

const withinMs = 30_000;

/**
 * Makes one of everything that has an id which a fuzzer can't guess: an order with its payment, a run of a workflow and the
 * task that it waits for.
 * @throws Error when one of these is not there in time
 */
export async function makeKnownValues({
  clients,
  menu,
  authorization,
  signal,
}: KnownParts): Promise<KnownValues> {
  const ask = async <T>(client: ApiClient, what: ApiRequest): Promise<T> => {
    const headers = { authorization, 'idempotency-key': 'fuzz-1' };
    const deadline = performance.now() + withinMs;
    for (let attempt = 0; ; attempt += 1) {
      const { status, body } = await client.send({ ...what, headers });
      if (status < 300 && !isEmpty(body)) return body as T;
      if (performance.now() > deadline)
        throw new Error(`${what.method} ${what.path} answers ${status}: ${JSON.stringify(body)}`);
      await pause(backoff(attempt, 100, 1_000), signal);
    }
  };
  const { products } = menu;
  const [product] = products;
  const items = [{ productId: product?.id, size: product?.sizes[0]?.id, quantity: 1 }];
  const order = await ask<{ id: string }>(clients.producer, {
    ...{ method: 'POST', path: '/v1/orders' },
    body: { items, paymentMethod: 'crypto' },
  });
  const { payments } = await ask<{ payments: { id: string }[] }>(clients['web3-payment'], {
    ...{ method: 'GET', path: `/v1/payments?orderId=${order.id}` },
  });
  const agents = clients['ai-orchestrator'];
  const run = await ask<{ id: string }>(agents, {
    ...{ method: 'POST', path: '/v1/workflows/plan-day/execute' },
    body: { input: { shopId: 'harbour' } },
  });
  const { tasks } = await ask<{ tasks: { id: string }[] }>(agents, {
    method: 'GET',
    path: '/v1/tasks?limit=5',
  });
  const known = await ask<{ agents: { id: string }[] }>(agents, {
    method: 'GET',
    path: '/v1/agents?limit=5',
  });
  return {
    properties: {
      productId: products.map(({ id }) => id),
      size: [...new Set(products.flatMap(({ sizes }) => sizes.map(({ id }) => id)))],
      orderId: [order.id],
    },
    parameters: {
      orderId: [order.id],
      'orders/{id}': [order.id],
      'payments/{id}': ids(payments),
      'runs/{id}': [run.id],
      'workflows/{id}': ['plan-day'],
      'tasks/{id}': ids(tasks),
      'agents/{id}': ids(known.agents),
      'tokens/{symbol}': ['ETH', 'USDC'],
      'kafka/{topic}': [ordersTopic.name],
    },
  };
}

const ids = (things: readonly { id: string }[]): string[] => things.map(({ id }) => id);

/** Whether it is a list that nothing is in yet. */
const isEmpty = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  Object.values(body).some((value) => Array.isArray(value) && value.length === 0) &&
  !Object.hasOwn(body, 'id');
