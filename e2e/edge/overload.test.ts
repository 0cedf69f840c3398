import { afterAll, beforeAll, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { EdgeClient, type Reply } from './client.ts';
import { addressForContainers, EdgeContainer } from './edge-container.ts';
import { RecordingUpstream } from './recording-upstream.ts';

let edge: EdgeContainer;
let upstream: RecordingUpstream;
let client: EdgeClient;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  const authority = stack.use(await TestAuthority.create());
  upstream = stack.use(await RecordingUpstream.start(await addressForContainers()));
  const limit = '100000';
  const env = {
    EDGE_CONNECTIONS_PER_ADDRESS: '10000',
    EDGE_OPEN_CONNECTIONS_PER_ADDRESS: '10000',
    EDGE_REQUESTS_PER_ADDRESS: limit,
  };
  edge = stack.use(
    await EdgeContainer.start({ name: 'overload', authority, upstreamPort: upstream.port, env }),
  );
  client = stack.use(new EdgeClient(edge.port, authority.certificate));
}, 60_000);

afterAll(() => stack.disposeAsync(), 30_000);

/** Takes the firewall twenty times as long as an order of one line. */
const large = {
  items: Array.from({ length: 50 }, () => ({
    productId: 'latte',
    size: 'large',
    options: ['oat-milk'],
    quantity: 2,
  })),
};

it('refuses what comes while a worker is too late, and nothing that it refuses was sent on', async () => {
  const [passed, refused]: [Reply[], Reply[]] = [[], []];
  const deadline = performance.now() + 20_000;
  const ask = async (): Promise<void> => {
    while (refused.length < 20 && performance.now() < deadline) {
      const reply = await client.post('/v1/orders', large, {}, true);
      (reply.status === 503 ? refused : passed).push(reply);
    }
  };
  await Promise.all(Array.from({ length: 300 }, ask));
  expect(refused.length).toBeGreaterThanOrEqual(20);
  for (const reply of refused) {
    expect(reply).toMatchObject({
      headers: { 'retry-after': '1' },
      body: { code: 'overloaded', status: 503 },
    });
  }
  expect(new Set(passed.map(({ status }) => status))).toEqual(new Set([200]));
  expect(upstream.requests).toHaveLength(passed.length);
  expect(await edge.counter('edge_requests_total{outcome="overloaded",status="503"}')).toBe(refused.length);
  // Afterwards it is as before.
  await poll(async () => (await client.send({ path: '/v1/menu' })).status === 200, { deadlineMs: 5_000 });
}, 40_000);
