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
  const env = {
    EDGE_CONNECTIONS_PER_ADDRESS: '10000',
    EDGE_OPEN_CONNECTIONS_PER_ADDRESS: '10000',
    // More than pass, less than are refused.
    EDGE_REQUESTS_PER_ADDRESS: '100',
    EDGE_TRUSTED_PROXIES: '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16',
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

it('refuses what comes while a worker is too late, and nothing that it refuses was sent on or counts for a limit', async () => {
  const replies: Reply[] = [];
  const refused = (): Reply[] => replies.filter(({ status }) => status === 503);
  const deadline = performance.now() + 25_000;
  const ask = async (_: unknown, index: number): Promise<void> => {
    const headers = { 'x-forwarded-for': `203.0.113.${index % 4}` };
    while (refused().length < 1_500 && performance.now() < deadline) {
      replies.push(await client.post('/v1/orders', large, headers, true));
    }
  };
  await Promise.all(Array.from({ length: 300 }, ask));
  expect(refused().length).toBeGreaterThanOrEqual(20);
  for (const reply of refused()) {
    expect(reply).toMatchObject({
      headers: { 'retry-after': '1' },
      body: { code: 'overloaded', status: 503 },
    });
  }
  expect([...new Set(replies.map(({ status }) => status))].toSorted()).toEqual([200, 503]);
  expect(upstream.requests).toHaveLength(replies.length - refused().length);
  const overloaded = 'edge_requests_total{outcome="overloaded",status="503"}';
  expect(await edge.counter(overloaded)).toBe(refused().length);
  // Afterwards it is as before.
  await poll(async () => (await client.send({ path: '/v1/menu' })).status === 200, { deadlineMs: 5_000 });
}, 40_000);
