import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isProbe } from '#platform/http/health-routes.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { paidOrder, request } from '../../services/producer/tests/fakes.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';
import {
  type Asking,
  askFor,
  everybody,
  type Operation,
  operationsOf,
  type ThingRequest,
} from './access-matrix.ts';
import { describedServices, servedDocuments } from './documents.ts';
import { routeAccess } from './route-access.ts';

const [owner, stranger] = ['owner-of-everything', 'somebody-else'];
const orderId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';

/**
 * Services that have something here. Behind the others there is nothing; whose payments are whose is tried where there are
 * some, in tests/payment-owners.test.ts.
 */
const withThings = new Set(['producer']);

/** Requests for what belongs to the owner; routes for customers must be here. Others are asked for anything. */
const requests: Readonly<Record<string, ThingRequest>> = {
  'POST /v1/orders': { body: { ...request, customerId: owner } },
  'GET /v1/orders': { query: `?customerId=${owner}` },
  'GET /v1/orders/{id}': {},
  'DELETE /v1/orders/{id}': {},
  'POST /v1/orders/{id}/actions': { body: { action: 'prepare' } },
  'GET /v1/identity/accounts/me': {},
};

const documents = await servedDocuments();
const operations = Object.keys(describedServices).flatMap((service) =>
  operationsOf(documents.get(`${service}.openapi`) as Json).map((operation) => ({ service, operation })),
);

let producer: Awaited<ReturnType<typeof startProducer>>;
const parts = new AsyncDisposableStack();
const urls = new Map<string, string>();
beforeAll(async () => {
  producer = parts.use(await startProducer());
  urls.set('producer', producer.url);
  for (const [service, start] of Object.entries(describedServices)) {
    if (!urls.has(service)) urls.set(service, parts.use(await start()).url);
  }
});
afterAll(() => parts.disposeAsync());
beforeEach(() => {
  producer.orderBook.stored.set(orderId, { order: paidOrder(orderId, owner), fingerprint: 'f' });
  producer.publisher.messages.length = 0;
});

const ask = (service: string, operation: Operation, headers: Record<string, string>): Promise<Response> =>
  askFor(urls.get(service) ?? '', operation, requests[operation.name] ?? {}, { id: orderId, headers });
const askAs = async (service: string, operation: Operation, { role, owner: isOwner }: Asking) =>
  ask(service, operation, await signedIn(isOwner ? owner : stranger, role));
/** The status, and the text of what is not a stream. */
async function answerOf(response: Response): Promise<{ status: number; text: string }> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream) await response.body?.cancel();
  return { status: response.status, text: isStream ? '' : await response.text() };
}

it('is of every service, and of every route', () => {
  expect(new Set(operations.map(({ service }) => service))).toEqual(new Set(Object.keys(describedServices)));
  expect(operations.length).toBeGreaterThan(25);
  const forCustomers = operations.filter(
    ({ service, operation }) => withThings.has(service) && operation.roles?.has('customer'),
  );
  const missing = forCustomers.map(({ operation }) => operation.name).filter((name) => !requests[name]);
  expect(missing, 'routes for customers without a request for what is of others').toEqual([]);
});

// Guard: a route is not opened, or closed, by a change that nobody has decided on.
it.each(Object.keys(describedServices))('is the one that was decided on for %s', (service) => {
  const found = operations
    .filter((one) => one.service === service && !isProbe(one.operation.path))
    .map(({ operation: { name, roles } }) => `${name}: ${roles ? [...roles].sort().join(' ') : 'anyone'}`);
  const decided = Object.entries(routeAccess[service] ?? {}).flatMap(([access, names]) =>
    names.map((name) => `${name}: ${access}`),
  );
  expect(found.toSorted()).toEqual(decided.toSorted());
});

// Guard: whom a document names is let in, and nobody else, in every service.
describe.each(operations)('$service: $operation.name', ({ service, operation }) => {
  const { roles } = operation;

  it(roles ? 'is closed to who is not signed in' : 'is open to anyone', async () => {
    for (const headers of [{}, { authorization: 'Bearer made.up.token' }]) {
      const { status } = await answerOf(await ask(service, operation, headers));
      if (roles) expect(status).toBe(401);
      else expect([401, 403]).not.toContain(status);
    }
  });

  // Guard: no service is without a limit for each identity and address (docs/adr/0024). Probes tell "busy" from "dead".
  it('is limited, unless it is a probe', async () => {
    const response = await ask(service, operation, {});
    await response.body?.cancel();
    expect(response.headers.has('ratelimit-policy')).toBe(!isProbe(operation.path));
  });

  if (roles) {
    it.each(everybody)('$role, owner: $owner', async (asking) => {
      const { status, text } = await answerOf(await askAs(service, operation, asking));
      if (!roles.has(asking.role)) expect(status).toBe(403);
      // A customer gets nothing of what is somebody else's, and does nothing to it.
      else if (asking.role === 'customer' && !asking.owner && withThings.has(service)) {
        expect([403, 404]).toContain(status);
        expect(text.replaceAll(`customerId=${owner}`, '')).not.toContain(owner);
        expect(producer.publisher.messages).toEqual([]);
      } else expect([401, 403]).not.toContain(status);
    });
  }
});
