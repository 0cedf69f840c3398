import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { orderTraceId, otlpOf } from './sample-trace.ts';
import { waitForTrace } from './wait-for-trace.ts';

const { signal } = new AbortController();

/** A Jaeger that knows a trace only from the given request on. */
async function startFakeJaeger(knownFrom: number) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const result = otlpOf(request.url?.split('/').at(-1) ?? '');
    if (!result || requests < knownFrom) response.writeHead(404).end('{}');
    else response.writeHead(200).end(JSON.stringify({ result }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('waits until the trace is there, and follows the link to the batch', async () => {
  await using jaeger = await startFakeJaeger(3);
  const trace = await waitForTrace({ jaegerUrl: jaeger.url, traceId: orderTraceId, signal });
  expect(trace?.missing).toEqual([]);
  expect(trace?.batch.map(({ name }) => name)).toContain('pg.query:INSERT coffee');
});

test('says what is missing when the time is up', async () => {
  await using jaeger = await startFakeJaeger(Number.POSITIVE_INFINITY);
  const trace = await waitForTrace({ jaegerUrl: jaeger.url, traceId: orderTraceId, signal, timeoutMs: 50 });
  expect(trace?.missing.join()).toContain('POST /v1/orders');
});

test('knows that there is no telemetry when nothing listens', async () => {
  const { url: jaegerUrl, ...jaeger } = await startFakeJaeger(1);
  await jaeger[Symbol.asyncDispose]();
  expect(await waitForTrace({ jaegerUrl, traceId: orderTraceId, signal })).toBeUndefined();
});
