import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteHeaders, noteRoutes, problemOf, validNote } from './tests/notes.ts';
import { start, type TestServer } from './tests/start.ts';

let server: TestServer;
beforeAll(async () => {
  server = await start(noteRoutes);
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = noteHeaders,
): Promise<Response> => fetch(`${server.url}/notes`, { method: 'POST', headers, body });

describe('other parts', () => {
  test('a missing header with a code of its own', async () => {
    const document = await problemOf(
      await post(JSON.stringify(validNote), { 'content-type': 'application/json' }),
    );
    expect(document).toMatchObject({ code: 'idempotency-key-missing', status: 400 });
    expect(document.errors).toEqual([{ field: 'header.idempotency-key', message: 'is required' }]);
  });

  test('a wrong header', async () => {
    const document = await problemOf(
      await post(JSON.stringify(validNote), { ...noteHeaders, 'idempotency-key': 'x'.repeat(11) }),
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
  test.each(['error', 'text'])('of ours (%s) are 500, logged and not shown', async (how) => {
    server.lines.length = 0;
    const document = await problemOf(await fetch(`${server.url}/broken/${how}`));
    expect(document).toMatchObject({ status: 500, code: 'internal' });
    const errors = server.lines.filter((line) => line.level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ msg: 'request failed', route: '/broken/:how' });
    if (how === 'error') expect(errors[0]).toMatchObject({ error: 'secret detail', cause: 'the cause' });
    if (how === 'error') expect(errors[0]?.stack).toContain('tests/notes.ts');
  });

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

  test('of requests that fail alike few are logged, and none is forgotten', async () => {
    server.lines.length = 0;
    const answered = (status: number) =>
      server.lines.filter((line) => line.msg === 'request answered' && line.status === status);
    let sent = 200;
    await Promise.all(Array.from({ length: sent }, () => fetch(`${server.url}/broken/busy`)));
    expect(answered(503).length).toBeLessThan(sent / 2);
    // Another failure has its line meanwhile.
    await fetch(`${server.url}/broken/error`);
    expect(answered(500)).toHaveLength(1);
    const leftOut = () => answered(503).reduce((sum, line) => sum + Number(line.leftOut ?? 0), 0);
    await expect
      .poll(async () => {
        await fetch(`${server.url}/broken/busy`);
        sent += 1;
        return leftOut() + answered(503).length === sent;
      })
      .toBe(true);
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
    await using closed = await start(noteRoutes, { corsOrigins: [] });
    const { headers } = await fetch(`${closed.url}/notes/1`, {
      headers: { origin: 'https://coffee.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
