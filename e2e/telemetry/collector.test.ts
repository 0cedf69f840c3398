import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import { poll } from '#platform/testing/poll.ts';
import { sensitiveTexts } from '#platform/testing/sensitive-texts.ts';
import { addressForContainers } from '../edge/edge-container.ts';
import { CollectorContainer } from './collector-container.ts';
import { counter, logs, traces } from './otlp.ts';

/** What stands in for Prometheus: it takes remote write, unless it is told to be away. */
async function startRemoteWrite(host: string) {
  const bodies: string[] = [];
  const refused: string[] = [];
  const state = { away: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // Snappy leaves what it has not seen before as it is: names can be read.
      (state.away ? refused : bodies).push(Buffer.concat(chunks).toString('latin1'));
      response.writeHead(state.away ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const dispose = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://${host}:${port}/api/v1/write`,
    bodies,
    refused,
    state,
    [Symbol.asyncDispose]: dispose,
  };
}

const parts = new AsyncDisposableStack();
let host: string;
let jaeger: OtlpReceiver;
let tempo: OtlpReceiver;
let loki: OtlpReceiver;
let prometheus: Awaited<ReturnType<typeof startRemoteWrite>>;
let collector: CollectorContainer;

beforeAll(async () => {
  host = await addressForContainers();
  jaeger = parts.use(await startOtlpReceiver(host));
  tempo = await startOtlpReceiver(host);
  parts.defer(() => tempo[Symbol.asyncDispose]());
  loki = parts.use(await startOtlpReceiver(host));
  prometheus = parts.use(await startRemoteWrite(host));
  const backends = { jaeger: jaeger.url, tempo: tempo.url, loki: loki.url, prometheus: prometheus.url };
  collector = parts.use(await CollectorContainer.start(backends));
}, 120_000);
afterAll(() => parts.disposeAsync());

const deadlineMs = 30_000;
const spanNamed = (receiver: OtlpReceiver, name: string): Promise<ReceivedSpan> =>
  poll(() => receiver.spans.find((span) => span.name === name), { deadlineMs, what: `the span ${name}` });

const blockedKeys = [
  'authorization',
  'http.request.header.cookie',
  'password',
  'db.password',
  'api_key',
  'accessToken',
  'databasePassword',
];

const harmless = {
  'order.id': '0b6f3d0a-5f5b-5c5e-9d3e-6f1f0a1b2c3d',
  // Digits that begin like a card's.
  'event.id': '41234567-4123-4567-8901-412345678901',
  'transaction.hash': `0x${'cd34'.repeat(16)}`,
  'order.fingerprint': 'ef56'.repeat(16),
  'gen_ai.usage.input_tokens': '1200',
  'http.route': '/v1/orders/:id',
  timestamp: '1764105600000',
  'db.query.text': 'select * from orders where id = $1',
};

describe('what must not leave', () => {
  // All at once: whether a trace is kept is decided seconds after it has begun.
  beforeAll(async () => {
    const spans = sensitiveTexts.map(([what, secret]) => ({
      name: `${what} in a span`,
      attributes: { note: secret },
      event: { note: secret },
      error: secret,
    }));
    await collector.send('traces', traces(spans));
    await collector.send(
      'traces',
      traces(blockedKeys.map((key) => ({ name: `with ${key}`, attributes: { [key]: 'opaque' } }))),
    );
    await collector.send(
      'traces',
      traces([{ name: 'mail to grace@example.com' }, { name: 'harmless', attributes: harmless }]),
    );
    for (const [what, secret] of sensitiveTexts)
      await collector.send('logs', logs(`${what}: ${secret}`, { note: secret }));
  });

  it.each(sensitiveTexts)('is taken out of spans: %s', async (what, secret, left) => {
    const span = await spanNamed(jaeger, `${what} in a span`);
    expect(span.attributes).toContainEqual({ key: 'note', value: { stringValue: left } });
    expect(span.events?.[0]?.attributes).toContainEqual({ key: 'note', value: { stringValue: left } });
    expect(span.status?.message).toBe(left);
    expect(JSON.stringify(span)).not.toContain(secret);
    expect(JSON.stringify(span)).not.toContain('redacting');
  });

  it.each(sensitiveTexts)('is taken out of logs: %s', async (what, _secret, left) => {
    const found = await poll(() => loki.logs.find(({ body }) => body.startsWith(`${what}: `)), {
      deadlineMs,
    });
    expect(found.body).toBe(`${what}: ${left}`);
    expect(found.attributes).toContainEqual({ key: 'note', value: { stringValue: left } });
  });

  it('is taken out of the names of spans', async () => {
    await spanNamed(jaeger, 'mail to ****');
  });

  it.each(blockedKeys)('is all of the value of %s', async (key) => {
    const span = await spanNamed(jaeger, `with ${key}`);
    expect(span.attributes).toContainEqual({ key, value: { stringValue: '****' } });
  });

  it('is nothing of what is needed to find an order or a transaction', async () => {
    const span = await spanNamed(jaeger, 'harmless');
    for (const [key, value] of Object.entries(harmless))
      expect(span.attributes).toContainEqual({ key, value: { stringValue: value } });
  });
});

describe('of many traces', () => {
  it('all errors and slow requests are kept, and a bounded part of the rest', async () => {
    const before = jaeger.spans.length;
    const ordinary = Array.from({ length: 500 }, () => ({ name: 'ordinary' }));
    for (let batch = 0; batch < 10; batch += 1) {
      await collector.send('traces', traces([...ordinary, { name: `failed ${batch}`, error: 'no milk' }]));
    }
    await collector.send('traces', traces([{ name: 'slow', durationMs: 800 }]));
    await spanNamed(jaeger, 'slow');
    const failed = (): number => jaeger.spans.filter(({ name }) => /^failed \d$/.test(name)).length;
    await poll(() => failed() === 10, { deadlineMs, what: 'all errors' });
    const kept = jaeger.spans.slice(before).filter(({ name }) => name === 'ordinary').length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(4_000);
    await poll(() => tempo.spans.length === jaeger.spans.length, { deadlineMs, what: 'the same in Tempo' });
  });
});

// Guard: what a backend could not take waits on disk.
describe('while a backend is away', () => {
  it('traces wait for it, also over a restart of the collector', async () => {
    const { port } = new URL(tempo.url);
    await tempo[Symbol.asyncDispose]();
    await collector.send('traces', traces([{ name: 'while tempo was away', error: 'kept' }]));
    await spanNamed(jaeger, 'while tempo was away');
    await collector.restart();
    tempo = await startOtlpReceiver(host, Number(port));
    await spanNamed(tempo, 'while tempo was away');
  });

  it('metrics wait for Prometheus, also over a restart of the collector', async () => {
    const arrived = (name: string, among = prometheus.bodies): Promise<boolean> =>
      poll(() => among.some((body) => body.includes(name)), { deadlineMs, what: name });
    await collector.send('metrics', counter('cups.before', 1));
    await arrived('cups_before');
    prometheus.state.away = true;
    await collector.send('metrics', counter('cups.meanwhile', 1));
    await arrived('cups_meanwhile', prometheus.refused);
    await collector.restart();
    prometheus.state.away = false;
    await arrived('cups_meanwhile');
  });
});
