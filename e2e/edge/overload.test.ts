import { afterAll, beforeAll, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { EdgeClient, type Reply } from './client.ts';
import { addressForContainers, EdgeContainer } from './edge-container.ts';
import { RecordingUpstream } from './recording-upstream.ts';

let edge: EdgeContainer;
let upstream: RecordingUpstream;
let client: EdgeClient;
let authority: TestAuthority;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  authority = stack.use(await TestAuthority.create());
  upstream = stack.use(await RecordingUpstream.start(await addressForContainers()));
  const env = {
    EDGE_CONNECTIONS_PER_ADDRESS: '10000',
    EDGE_OPEN_CONNECTIONS_PER_ADDRESS: '10000',
    // Less than are refused.
    EDGE_REQUESTS_PER_ADDRESS: '100',
  };
  edge = stack.use(
    await EdgeContainer.start({ name: 'overload', authority, upstreamPort: upstream.port, env }),
  );
  client = stack.use(new EdgeClient(edge.port, authority.certificate));
}, 60_000);

afterAll(() => stack.disposeAsync(), 30_000);

const options = Array.from({ length: 3 }, () => 'oat-milk');
const line = { productId: 'latte', size: 'large', options, quantity: 2 };
/** Takes the firewall some thirty times as long as an order of one line. */
const large = { items: Array.from({ length: 50 }, () => line) };

it('refuses what comes while a worker is too late, and nothing that it refuses was sent on or counts for a limit', async () => {
  const replies: Reply[] = [];
  const refused = (): Reply[] => replies.filter(({ body }) => body?.code === 'overloaded');
  const deadline = performance.now() + 20_000;
  const ask = async (): Promise<void> => {
    // A connection of its own that stays: making one takes the client longer than a refusal the edge.
    using asking = new EdgeClient(edge.port, authority.certificate);
    while (refused().length < 300 && performance.now() < deadline) {
      replies.push(await asking.post('/v1/orders', large));
    }
  };
  await Promise.all(Array.from({ length: 150 }, ask));
  expect(refused().length).toBeGreaterThanOrEqual(20);
  // What was let in may be too many for one address, or be overtaken by a time-out on its way.
  for (const { status, headers, body } of replies.filter((reply) => reply.status !== 200)) {
    const code = status === 429 ? /^rate-limited$/ : /^(overloaded|outcome-unknown)$/;
    expect({ after: headers['retry-after'], code: body?.code }).toEqual({
      after: '1',
      code: expect.stringMatching(code),
    });
  }
  expect(upstream.requests.length).toBeLessThanOrEqual(replies.length - refused().length);
  const overloaded = 'edge_requests_total{outcome="overloaded",status="503"}';
  expect(await edge.counter(overloaded)).toBe(refused().length);
  // Afterwards it is as before.
  await poll(async () => (await client.send({ path: '/v1/menu' })).status === 200, { deadlineMs: 5_000 });
}, 40_000);
