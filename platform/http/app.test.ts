import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problem } from '#contracts/http/problem.ts';
import { AppError } from '../errors/app-error.ts';
import { route } from './route.ts';
import { rawRequest } from './tests/raw-request.ts';
import { start, type TestServer } from './tests/start.ts';

const note = z.strictObject({
  title: z.string().max(20),
  count: z.int().min(1).max(10),
  tags: z
    .array(z.strictObject({ name: z.string() }))
    .max(3)
    .default([]),
});

const routes = [
  route({
    method: 'post',
    path: '/notes',
    summary: 'Add a note',
    tags: ['notes'],
    body: note,
    headers: z.object({ 'idempotency-key': z.string().max(10) }),
    responses: { 201: { description: 'Added', schema: note } },
    handler: ({ body }) => ({ status: 201, headers: { Location: '/notes/1' }, body }),
  }),
  route({
    method: 'get',
    path: '/notes/:id',
    summary: 'Show a note',
    tags: ['notes'],
    params: z.object({ id: z.coerce.number().int() }),
    query: z.strictObject({ verbose: z.enum(['yes', 'no']).optional() }),
    responses: {
      200: { description: 'It', schema: z.object({ id: z.int(), verbose: z.string().nullable() }) },
      304: { description: 'Known' },
    },
    handler: ({ params, query }) => ({
      status: 200,
      headers: { ETag: `"${params.id}"` },
      body: { id: params.id, verbose: query.verbose ?? null },
    }),
  }),
  route({
    method: 'delete',
    path: '/notes/:id',
    summary: 'Remove a note',
    tags: ['notes'],
    responses: { 204: { description: 'Gone' } },
    handler: () => ({ status: 204 }),
  }),
  route({
    method: 'get',
    path: '/broken/:how',
    summary: 'Fails',
    tags: ['notes'],
    params: z.object({ how: z.string() }),
    responses: { 200: { description: 'Never right', schema: z.object({ ok: z.literal(true) }) } },
    handler: async ({ params }) => {
      if (params.how === 'text') throw 'secret text';
      if (params.how === 'away')
        throw new AppError('dependency-unavailable', 'Away.', { retryAfterSeconds: 7 });
      if (params.how === 'busy') throw new AppError('overloaded', 'Busy.');
      if (params.how === 'schema') return { status: 200, body: { ok: false } as unknown as { ok: true } };
      if (params.how === 'status') return { status: 418 as 200, body: { ok: true } };
      throw new Error('secret detail', { cause: new Error('the cause') });
    },
  }),
];

let server: TestServer;
beforeAll(async () => {
  server = await start(routes);
});
afterAll(() => server[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json', 'idempotency-key': 'k' };
const post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = json,
): Promise<Response> => fetch(`${server.url}/notes`, { method: 'POST', headers, body });
const valid = { title: 'hi', count: 1, tags: [] };

async function problemOf(response: Response): Promise<z.infer<typeof problem>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const document = problem.parse(await response.json());
  expect(document.status).toBe(response.status);
  expect(JSON.stringify(document)).not.toMatch(/\bat .*:\d+:\d+|node_modules|secret/);
  return document;
}

describe('bodies', () => {
  test('a valid one reaches the handler with its defaults', async () => {
    const response = await post('{"title":"hi","count":1}');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/notes/1');
    expect(await response.json()).toEqual(valid);
  });

  test.each([
    ['application/json; charset=utf-8', 201],
    ['Application/JSON;charset="UTF-8"', 201],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; odd=1', 415],
    ['application/jsonx', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['', 415],
  ])('of type %j is answered with %i', async (type, status) => {
    const response = await post(JSON.stringify(valid), { 'idempotency-key': 'k', 'content-type': type });
    expect(response.status).toBe(status);
    if (status !== 415) return;
    expect((await problemOf(response)).errors?.[0]?.field).toBe('header.content-type');
  });

  test('compressed is refused before anything grows', async () => {
    const response = await post(new Uint8Array(gzipSync(Buffer.alloc(10_000_000))), {
      ...json,
      'content-encoding': 'gzip',
    });
    expect(response.status).toBe(415);
    expect((await problemOf(response)).errors?.[0]?.field).toBe('header.content-encoding');
    expect((await post(JSON.stringify(valid), { ...json, 'content-encoding': 'identity' })).status).toBe(201);
  });

  test('too large, announced or not, is 413', async () => {
    const large = JSON.stringify({ ...valid, title: 'x'.repeat(200_000) });
    const announced = await post(large);
    expect(announced.status).toBe(413);
    expect((await problemOf(announced)).code).toBe('payload-too-large');
    const body = new Blob([large]).stream();
    const chunked = await fetch(`${server.url}/notes`, {
      method: 'POST',
      headers: json,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await post(JSON.stringify(valid))).status).toBe(201);
  });

  test('broken JSON is 400 with its position', async () => {
    const document = await problemOf(await post('{"title": hi}'));
    expect(document).toMatchObject({ code: 'malformed-json', status: 400, instance: '/notes' });
    expect(document.errors).toEqual([
      { field: 'body', message: 'is not JSON at position 10 (line 1, column 11)' },
    ]);
    expect((await problemOf(await post(''))).code).toBe('malformed-json');
  });

  test('bytes that are not UTF-8 are 400', async () => {
    const document = await problemOf(await post(new Uint8Array([0x22, 0xff, 0x22])));
    expect(document).toMatchObject({
      code: 'malformed-json',
      errors: [{ field: 'body', message: 'must be UTF-8' }],
    });
  });

  test.each([
    ['{"title":"a","count":1,"count":2}', 'body.count'],
    ['{"title":"a","count":1,"price":1}', 'body.price'],
    ['{"title":"a","count":1,"__proto__":{"admin":true}}', 'body.__proto__'],
    ['{"title":"a","count":1,"constructor":{"prototype":{}}}', 'body.constructor'],
    ['{"title":"a","count":0}', 'body.count'],
    ['{"title":"a","count":1.5}', 'body.count'],
    ['{"title":"a","count":"1"}', 'body.count'],
    ['{"title":"a"}', 'body.count'],
    ['{"title":"a","count":1e999}', 'body.count'],
    ['{"title":"a","count":1,"tags":[{"name":"x"},{"name":2}]}', 'body.tags.1.name'],
    ['{"title":"a","count":1,"tags":[{"name":"x","n":1}]}', 'body.tags.0.n'],
    ['{"title":"a","count":1,"tags":[{},{},{}]}', 'body.tags.0.name'],
    ['{"title":"a","count":1,"tags":[{},{},{},{}]}', 'body.tags'],
    ['[]', 'body'],
    ['null', 'body'],
    ['"text"', 'body'],
  ])('%s is 400 and names %s', async (text, field) => {
    const response = await post(text);
    expect(response.status).toBe(400);
    const document = await problemOf(response);
    expect(document.code).toBe('validation-failed');
    expect(document.errors?.map((error) => error.field)).toContain(field);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('the answer stays small, however much is wrong', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`unknown${index}`.repeat(3), 1]),
    );
    const document = await problemOf(await post(JSON.stringify(many)));
    expect(document.errors).toHaveLength(20);
    expect(document.detail).toContain('and 19 more');
    const cart = await problemOf(
      await post(`{"title":"a","count":1,"tags":[${Array(10_000).fill('{}').join(',')}]}`),
    );
    expect(cart.errors).toEqual([{ field: 'body.tags', message: 'must not have more than 1000 elements' }]);
    const deep = await problemOf(await post('['.repeat(60_000)));
    expect(deep.errors?.[0]?.message).toContain('nested');
  });
});

describe('other parts', () => {
  test('a missing header with a code of its own', async () => {
    const document = await problemOf(
      await post(JSON.stringify(valid), { 'content-type': 'application/json' }),
    );
    expect(document).toMatchObject({ code: 'idempotency-key-missing', status: 400 });
    expect(document.errors).toEqual([{ field: 'header.idempotency-key', message: 'is required' }]);
  });

  test('a wrong header', async () => {
    const document = await problemOf(
      await post(JSON.stringify(valid), { ...json, 'idempotency-key': 'x'.repeat(11) }),
    );
    expect(document).toMatchObject({
      code: 'validation-failed',
      errors: [{ field: 'header.idempotency-key' }],
    });
  });

  test.each([
    ['/notes/x', 'path.id'],
    ['/notes/%E0%A4%A', 'path.id'],
    ['/notes/1?verbose=perhaps', 'query.verbose'],
    ['/notes/1?verbose=yes&verbose=no', 'query.verbose'],
    ['/notes/1?colour=red', 'query.colour'],
    ['/notes/1?__proto__=1', 'query.__proto__'],
    ['/notes/1?%E0%A4%A=1', 'query.\ufffd%A'],
  ])('%s is 400 and names %s', async (path, field) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).errors?.map((error) => error.field)).toContain(field);
  });

  test('an answer that the client has already is 304', async () => {
    const first = await fetch(`${server.url}/notes/5?verbose=yes`);
    expect(await first.json()).toEqual({ id: 5, verbose: 'yes' });
    const again = await fetch(`${server.url}/notes/5`, { headers: { 'if-none-match': '"5"' } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect((await fetch(`${server.url}/notes/5`, { headers: { 'if-none-match': '"6"' } })).status).toBe(200);
  });
});

describe('methods and paths', () => {
  test('an unknown path is 404', async () => {
    expect(await problemOf(await fetch(`${server.url}/nothing?x=1`))).toMatchObject({
      code: 'not-found',
      instance: '/nothing',
    });
  });

  test('an unknown method of a path is 405 with Allow', async () => {
    const response = await fetch(`${server.url}/notes/1`, { method: 'PUT' });
    expect(response.headers.get('allow')).toBe('HEAD, GET, DELETE, OPTIONS');
    expect((await problemOf(response)).code).toBe('method-not-allowed');
    expect((await fetch(`${server.url}/notes`, { method: 'PROPFIND' })).status).toBe(405);
  });

  test('HEAD is GET without the body', async () => {
    const response = await fetch(`${server.url}/notes/1`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });

  test('OPTIONS says what there is', async () => {
    const response = await fetch(`${server.url}/notes`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('a reply without a body', async () => {
    const response = await fetch(`${server.url}/notes/1`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
  });
});

describe('errors', () => {
  test.each(['error', 'text', 'schema', 'status'])(
    'of ours (%s) are 500, logged and not shown',
    async (how) => {
      server.lines.length = 0;
      const document = await problemOf(await fetch(`${server.url}/broken/${how}`));
      expect(document).toMatchObject({ status: 500, code: 'internal' });
      const errors = server.lines.filter((line) => line.level === 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ msg: 'request failed', route: '/broken/:how' });
      if (how === 'error') expect(errors[0]).toMatchObject({ error: 'secret detail', cause: 'the cause' });
      if (how === 'error') expect(errors[0]?.stack).toContain('app.test.ts');
    },
  );

  test('503 always says when to come back', async () => {
    expect((await fetch(`${server.url}/broken/away`)).headers.get('retry-after')).toBe('7');
    const busy = await fetch(`${server.url}/broken/busy`);
    expect(busy.headers.get('retry-after')).toBe('1');
    expect((await problemOf(busy)).code).toBe('overloaded');
  });

  test('requests are logged by their result, without paths', async () => {
    server.lines.length = 0;
    await fetch(`${server.url}/notes/1`);
    await fetch(`${server.url}/notes/x`);
    await fetch(`${server.url}/broken/away`);
    const lines = server.lines.filter((line) => line.msg === 'request answered');
    expect(lines.map(({ level, route, status, code }) => ({ level, route, status, code }))).toEqual([
      { level: 'debug', route: '/notes/:id', status: 200, code: undefined },
      { level: 'info', route: '/notes/:id', status: 400, code: 'validation-failed' },
      { level: 'warn', route: '/broken/:how', status: 503, code: 'dependency-unavailable' },
    ]);
    expect(lines[0]?.durationMs).toEqual(expect.any(Number));
  });
});

describe('headers', () => {
  test('that protect are on every answer', async () => {
    for (const path of ['/notes/1', '/nothing', '/docs']) {
      const { headers } = await fetch(server.url + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('allow exactly the origins that were configured', async () => {
    const ask = (origin: string): Promise<Response> =>
      fetch(`${server.url}/notes/x`, { headers: { origin } });
    const known = await ask('https://coffee.example');
    expect(known.headers.get('access-control-allow-origin')).toBe('https://coffee.example');
    expect(known.headers.get('access-control-expose-headers')).toContain('Idempotency-Replayed');
    expect(known.headers.get('vary')).toContain('Origin');
    for (const other of ['https://coffee.example.evil', 'http://coffee.example', 'null']) {
      expect((await ask(other)).headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('answer preflights', async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${server.url}/notes`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'idempotency-key',
        },
      });
    const { status, headers } = await preflight('https://coffee.example');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://coffee.example');
    expect(headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(headers.get('access-control-max-age')).toBe('600');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('for other origins are absent when none is configured', async () => {
    await using closed = await start(routes, { corsOrigins: [] });
    const { headers } = await fetch(`${closed.url}/notes/1`, {
      headers: { origin: 'https://coffee.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('a body that ends too early is no error of ours', async () => {
  const head = 'POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n';
  server.lines.length = 0;
  const answer = await rawRequest(
    server.port,
    `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(server.lines.filter((line) => line.level === 'error')).toEqual([]);
});
