import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Upstream } from './upstream.ts';

async function answering(listener: RequestListener, timeoutMs = 5_000) {
  const server = createServer(listener);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const upstream = new Upstream('Prometheus', `http://127.0.0.1:${port}`, { timeoutMs, tls: undefined });
  return {
    upstream,
    [Symbol.dispose]() {
      upstream[Symbol.dispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

it('sends what was asked, and gives the JSON', async () => {
  const seen: unknown[] = [];
  using server = await answering(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    seen.push({ method, url, body, authorization: headers.authorization });
    response.end('{"found":1}');
  });
  const query = { query: 'a{b="c"} & d', absent: undefined, step: 5 };
  expect(await server.upstream.ask({ path: '/api', query, authorization: 'Bearer x' })).toEqual({ found: 1 });
  await server.upstream.ask({ method: 'POST', path: '/api', body: { a: 1 } });
  expect(seen).toEqual([
    {
      method: 'GET',
      url: '/api?query=a%7Bb%3D%22c%22%7D+%26+d&step=5',
      body: '',
      authorization: 'Bearer x',
    },
    { method: 'POST', url: '/api', body: '{"a":1}', authorization: undefined },
  ]);
});

const problemOf = (code: string, detail: string): string => JSON.stringify({ code, detail });

it.each([
  [
    'a problem of ours',
    409,
    problemOf('task-closed', 'Closed.'),
    { code: 'task-closed', message: 'Closed.' },
  ],
  ['a code that is none', 409, problemOf('drop-tables', 'x'), { code: 'dependency-unavailable' }],
  ['what it does not know', 404, '404 page not found', { code: 'not-found' }],
  [
    'a wrong expression',
    400,
    '{"error":"parse error at 3"}',
    { code: 'validation-failed', message: 'parse error at 3' },
  ],
  [
    "a proxy's page",
    502,
    '<html>',
    { code: 'dependency-unavailable', message: 'Prometheus gives no answer: it answered 502.' },
  ],
  ['an address elsewhere', 302, '', { code: 'dependency-unavailable' }],
])('tells %s', async (_, status, body, expected) => {
  using server = await answering((_request, response) => {
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
  });
  await expect(server.upstream.ask({ path: '/' })).rejects.toMatchObject(expected);
});

it('gives up on who does not answer in time, or not at all', async () => {
  using silent = await answering(() => undefined, 50);
  await expect(silent.upstream.ask({ path: '/' })).rejects.toMatchObject({ code: 'dependency-unavailable' });
  using broken = await answering((request) => request.socket.destroy());
  await expect(broken.upstream.ask({ path: '/' })).rejects.toMatchObject({ code: 'dependency-unavailable' });
  using cut = await answering((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"found"', () => request.socket.destroy());
  });
  await expect(cut.upstream.ask({ path: '/' })).rejects.toMatchObject({ code: 'dependency-unavailable' });
});
