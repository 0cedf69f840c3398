import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ApiClient(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return {
    client,
    async [Symbol.asyncDispose](): Promise<void> {
      client[Symbol.dispose]();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const get = { method: 'GET', path: '/' } as const;

test.each([
  ['3', 3_000],
  [undefined, undefined],
  ['soon', undefined],
])('reads Retry-After %j as %j milliseconds', async (header, expected) => {
  await using server = await serve((_request, response) => {
    if (header !== undefined) response.setHeader('Retry-After', header);
    response.writeHead(503).end('not JSON');
  });
  expect(await server.client.send(get)).toEqual({ status: 503, body: undefined, retryAfterMs: expected });
});

test('reads Retry-After as a date', async () => {
  await using server = await serve((_request, response) => {
    response.setHeader('Retry-After', new Date(Date.now() + 5_000).toUTCString()).end('{}');
  });
  const { retryAfterMs = 0 } = await server.client.send(get);
  expect(retryAfterMs).toBeGreaterThan(2_000);
  expect(retryAfterMs).toBeLessThanOrEqual(5_000);
});

test.each<[string, string, RequestListener]>([
  ['nothing is answered', 'TIMEOUT', () => undefined],
  ['the connection breaks', 'ECONNRESET', (_request, response) => response.destroy()],
  [
    'the answer breaks off',
    'ECONNRESET',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    },
  ],
])('knows that there is no reply when %s', async (_case, code, listener) => {
  await using server = await serve(listener);
  await expect(server.client.send({ ...get, timeoutMs: 300 })).rejects.toMatchObject({
    name: 'NoReplyError',
    code,
  });
});
