import { describe, expect, it } from 'vitest';
import type { Span } from '#platform/telemetry/otlp-spans.ts';
import type { Backends } from './backends.ts';
import { edgeRows, grownSince } from './edges.ts';
import type { TelemetrySchema } from './schema.ts';
import { callOf } from './span-fixture.ts';

const since = new Date('2026-01-01T12:00:00Z');
const service = { metrics: [], handlesOrders: true, without: [] };

interface There {
  /** Of the latest traces of the service. */
  readonly latest?: readonly Span[];
  /** Of the traces of the check's own requests. */
  readonly own?: readonly Span[];
  readonly inTrace?: readonly string[];
  /** Edges of the service graph that have grown. */
  readonly grown?: number;
}

/** What is wrong with the edge where this is there. */
async function askEdge(
  edge: string,
  { latest = [], own = [], inTrace = [], grown = 0 }: There,
  sometimes = false,
) {
  const [from = '', to = ''] = edge.split(' → ');
  const backends = {
    spansSince: async () => latest,
    spansOfWork: async (ids: readonly string[]) => (ids.join() === 'order,review' ? own : []),
    edgesInTrace: async () => new Set(inTrace),
    count: async () => grown,
  } as unknown as Backends;
  const schema = {
    services: { producer: service, consumer: service },
    edges: [{ from, to, sometimes }],
  } as unknown as TelemetrySchema;
  const visits = { 'ai-orchestrator': 'review' };
  const [row] = edgeRows({ backends, schema, since, traceId: 'order', visits });
  return { rare: row?.rare ?? false, wrong: await row?.ask() };
}

describe('of a call of what is no service', () => {
  it.each([
    ['among the latest traces', { latest: [callOf('producer', 'redis')] }],
    ["among the check's own, beside much other traffic", { own: [callOf('producer', 'redis')] }],
    [
      'by the older attribute',
      { latest: [callOf('producer', '', { attributes: { 'db.system': 'redis' } })] },
    ],
  ])('a span holds %s', async (_where, there) => {
    expect((await askEdge('producer → redis', there)).wrong).toBeUndefined();
  });

  it('a chain is called by RPC', async () => {
    const call = callOf('consumer', '', { attributes: { 'rpc.system.name': 'jsonrpc' } });
    expect((await askEdge('consumer → jsonrpc', { latest: [call] })).wrong).toBeUndefined();
  });

  // Guard: one instrumentation that is off is missed, though the collector tells of its edge for a quarter of an hour.
  it.each([
    ['none', {}],
    ['the service graph alone', { grown: 1 }],
    ['one of before the check', { latest: [callOf('producer', 'redis', { startMs: since.getTime() - 1 })] }],
    ['one of another service', { latest: [callOf('consumer', 'redis')] }],
    ['one to another system', { latest: [callOf('producer', 'postgresql')] }],
  ])('%s is not enough', async (_what, there) => {
    expect((await askEdge('producer → redis', there)).wrong).toBe(
      'no span since the check began in which producer calls redis',
    );
  });
});

describe('between services', () => {
  it('the trace of the order goes over it', async () => {
    expect(
      (await askEdge('producer → consumer', { inTrace: ['producer → consumer'] })).wrong,
    ).toBeUndefined();
    expect((await askEdge('producer → consumer', { grown: 1 })).wrong).toContain('does not go');
  });

  it('what is there only sometimes is rare, and may be of other orders', async () => {
    expect(await askEdge('producer → consumer', { grown: 1 }, true)).toEqual({
      rare: true,
      wrong: undefined,
    });
    expect((await askEdge('producer → consumer', {}, true)).wrong).toContain('does not go');
  });
});

it('grows when a series counts on, or is new', () => {
  expect(grownSince('calls_total{to="redis"}', since)).toBe(
    '(calls_total{to="redis"} > calls_total{to="redis"} @ 1767268800) or (calls_total{to="redis"} unless calls_total{to="redis"} @ 1767268800)',
  );
});
