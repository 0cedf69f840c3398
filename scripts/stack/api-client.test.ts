import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '#platform/tls/identity.ts';
import { ApiClient } from './api-client.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const client = new ApiClient(url);
  return {
    client,
    url,
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

// Guard: the commands verify whom they talk to.
test('talks to a server of the given authority and name only, and never in plaintext', async () => {
  await using ours = await TestAuthority.create('ours');
  await using theirs = await TestAuthority.create('theirs');
  let requests = 0;
  const codeOf = async (folder: string, trusted: TestAuthority): Promise<unknown> => {
    const server = createSecureServer(TlsIdentity.open(folder).serverOptions('any'), (_request, response) => {
      requests += 1;
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    using client = new ApiClient(url, 1, trusted.certificate);
    try {
      return (await client.send(get)).status;
    } catch (error) {
      return (error as { code?: unknown }).code;
    } finally {
      server.close();
    }
  };
  expect(await codeOf(await ours.folder(), ours)).toBe(200);
  expect(await codeOf(await theirs.folder(), ours)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  expect(await codeOf(await ours.folder({ hosts: ['jaeger'] }), ours)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(requests).toBe(1);
  await using plain = await serve((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  using client = new ApiClient(new URL(plain.url.href.replace('http:', 'https:')), 1, ours.certificate);
  await expect(client.send(get)).rejects.toMatchObject({ name: 'NoReplyError' });
  expect(requests).toBe(1);
});

// A request that waits for minutes behind others must not carry a token that has expired.
test('asks who sends a request when a connection is free for it', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const carried: (string | undefined)[] = [];
  await using server = await serve(async (request, response) => {
    carried.push(request.headers.authorization);
    if (carried.length === 1) await held;
    response.end('{}');
  });
  using narrow = new ApiClient(server.url, 1);
  let token = 'old';
  const authorize = async () => ({ authorization: token });
  const answers = [1, 2].map(() => narrow.send({ ...get, authorize }));
  await poll(() => carried.length === 1, { what: 'the first request' });
  token = 'new';
  release();
  await Promise.all(answers);
  expect(carried).toEqual(['old', 'new']);
});
