import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteHeaders, noteRoutes, problemOf, validNote } from './tests/notes.ts';
import { rawRequest } from './tests/raw-request.ts';
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

describe('bodies', () => {
  test('a valid one reaches the handler with its defaults', async () => {
    const response = await post('{"title":"hi","count":1}');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/notes/1');
    expect(await response.json()).toEqual(validNote);
  });

  test.each([
    ['application/json; charset=utf-8', 201],
    ['Application/JSON;charset="UTF-8"', 201],
    ['application/json ; charset = utf-8 ; ', 201],
    ['application/json;', 201],
    ['application/json;;', 415],
    ['application/json;charset=utf-8;;', 415],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; odd=1', 415],
    ['application/jsonx', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['', 415],
  ])('of type %j is answered with %i', async (type, status) => {
    const response = await post(JSON.stringify(validNote), { 'idempotency-key': 'k', 'content-type': type });
    expect(response.status).toBe(status);
    if (status !== 415) return;
    expect((await problemOf(response)).errors?.[0]?.field).toBe('header.content-type');
  });

  test('compressed is refused before anything grows', async () => {
    const response = await post(new Uint8Array(gzipSync(Buffer.alloc(10_000_000))), {
      ...noteHeaders,
      'content-encoding': 'gzip',
    });
    expect(response.status).toBe(415);
    expect((await problemOf(response)).errors?.[0]?.field).toBe('header.content-encoding');
    expect(
      (await post(JSON.stringify(validNote), { ...noteHeaders, 'content-encoding': 'identity' })).status,
    ).toBe(201);
  });

  test('too large, announced or not, is 413', async () => {
    const large = JSON.stringify({ ...validNote, title: 'x'.repeat(200_000) });
    const announced = await post(large);
    expect(announced.status).toBe(413);
    expect((await problemOf(announced)).code).toBe('payload-too-large');
    const body = new Blob([large]).stream();
    const chunked = await fetch(`${server.url}/notes`, {
      method: 'POST',
      headers: noteHeaders,
      body,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await post(JSON.stringify(validNote))).status).toBe(201);
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

// Coercion alone would take them for 0, 7 and 16.
test.each(['%20', '%207', '0x10', '1e1'])('no number in decimal is none: %s', async (text) => {
  const response = await fetch(`${server.url}/notes/${text}`);
  expect(response.status).toBe(400);
  expect((await problemOf(response)).errors).toEqual([
    { field: 'path.id', message: 'must be a number in decimal' },
  ]);
});
