/** ./coffee bench edge: what a request costs the edge in CPU time, by the container's own accounting. */
import { parseArgs } from 'node:util';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { EdgeClient, type Sent } from '../../e2e/edge/client.ts';
import { addressForContainers, EdgeContainer } from '../../e2e/edge/edge-container.ts';
import { RecordingUpstream } from '../../e2e/edge/recording-upstream.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { measure, wholeNumber } from './measure.ts';

const { values } = parseArgs({ options: { requests: { type: 'string', default: '5000' } } });
const requests = wholeNumber('requests', values.requests, 100, 1_000_000);
const json = { 'content-type': 'application/json' };
const line = { productId: 'latte', size: 'large', options: ['oat-milk'], quantity: 2 };

/** A day's mix, and one attack: what is blocked must not cost more than what passes. */
const kinds: Readonly<Record<string, Sent>> = {
  'GET /v1/menu': { path: '/v1/menu' },
  'GET /v1/orders/{id}': { path: '/v1/orders/0b7d1c0e-3c0a-5c1a-9d0e-0a1b2c3d4e5f' },
  'POST /v1/orders, 1 line': {
    method: 'POST',
    path: '/v1/orders',
    headers: { ...json, 'idempotency-key': 'bench' },
    body: JSON.stringify({ customerId: 'ada', items: [line] }),
  },
  'POST /v1/orders, 50 lines': {
    method: 'POST',
    path: '/v1/orders',
    headers: { ...json, 'idempotency-key': 'bench' },
    body: JSON.stringify({ customerId: 'ada', items: Array.from({ length: 50 }, () => line) }),
  },
  'an attack': { path: "/v1/orders?customerId='%20OR%201=1--" },
};

async function send(client: EdgeClient, sent: Sent, count: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.send(sent);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

async function benchEdge(note: (text: string) => void): Promise<Figure[]> {
  await using authority = await TestAuthority.create();
  await using upstream = await RecordingUpstream.start(await addressForContainers());
  const env = { EDGE_REQUESTS_PER_ADDRESS: '1000000', EDGE_CONNECTIONS_PER_ADDRESS: '1000' };
  await using edge = await EdgeContainer.start({
    name: 'bench',
    authority,
    upstreamPort: upstream.port,
    env,
  });
  using client = new EdgeClient(edge.port, authority.certificate);
  const figures: Figure[] = [];
  for (const [kind, sent] of Object.entries(kinds)) {
    note(kind);
    // Connections, caches and the rules' regular expressions are warm afterwards.
    await send(client, sent, 200);
    const before = await edge.cpuMs();
    await send(client, sent, requests);
    figures.push(figure(kind, ((await edge.cpuMs()) - before) / requests, 'ms of CPU'));
    upstream.requests.length = 0;
  }
  return figures;
}

await measure({
  name: 'edge',
  title: 'Benchmark of the edge',
  options: { requests },
  machine: 'alone',
  images: ['order'],
  run: benchEdge,
  holds: 'Nothing is promised of these.',
});
