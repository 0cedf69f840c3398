import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Problem, problem } from '#contracts/http/problem.ts';
import { route } from './route.ts';
import { open, rawRequest, readAll } from './tests/raw-request.ts';
import { slowRoute } from './tests/slow-route.ts';
import { start } from './tests/start.ts';

const echo = route({
  method: 'post',
  path: '/echo',
  summary: 'Takes anything',
  tags: [],
  access: 'anyone',
  body: z.unknown(),
  responses: { 204: { description: 'Taken' } },
  handler: () => ({ status: 204 }),
});

function problemIn(answer: string): Problem {
  const [head, body] = answer.split('\r\n\r\n') as [string, string];
  expect(head).toContain('Content-Type: application/problem+json');
  expect(head).toContain('Connection: close');
  return problem.parse(JSON.parse(body));
}

describe('requests that are none', () => {
  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'validation-failed'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'validation-failed'],
    [
      'a header with a control character',
      'GET / HTTP/1.1\r\nHost: x\r\nA: b\u0001\r\n\r\n',
      400,
      'validation-failed',
    ],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nabc\r\n\r\n', 400, 'validation-failed'],
    [
      'two lengths',
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
      'validation-failed',
    ],
    [
      'length and chunks',
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'validation-failed',
    ],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'many headers',
      `GET / HTTP/1.1\r\nHost: x\r\n${'Abc: def\r\n'.repeat(2_500)}\r\n`,
      431,
      'headers-too-large',
    ],
    ['a huge address', `GET /${'b'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers-too-large'],
  ])('%s', async (_name, text, status, code) => {
    await using server = await start([echo]);
    const answer = await rawRequest(server.port, text);
    expect(problemIn(answer)).toMatchObject({ status, code });
  });

  test.each([
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET /livez HTTP/1.0\r\n\r\n', 200],
    [
      'an odd expectation',
      'GET /livez HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      200,
    ],
    [
      'an upgrade',
      'GET /livez HTTP/1.1\r\nHost: x\r\nUpgrade: tea\r\nConnection: upgrade, close\r\n\r\n',
      200,
    ],
    ['an absolute address', 'GET http://y/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 200],
    ['a broken absolute address', 'GET http://[/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['two slashes', 'GET //livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['a broken escape', 'GET /%ff%fe%zz?%ff=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['a question mark', 'GET ? HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['a Host that is none', 'GET /livez HTTP/1.1\r\nHost: [:::/@\r\nConnection: close\r\n\r\n', 200],
    [
      'odd conditions',
      'GET /docs HTTP/1.1\r\nHost: x\r\nIf-None-Match: ,,"\r\nRange: bytes=9-1\r\nConnection: close\r\n\r\n',
      200,
    ],
    [
      'odd types',
      'GET /docs HTTP/1.1\r\nHost: x\r\nAccept: ;;q=\r\nCookie: =;=\r\nConnection: close\r\n\r\n',
      200,
    ],
  ])('%s', async (_name, text, status) => {
    await using server = await start([]);
    const answer = await rawRequest(server.port, text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    if (status >= 400) expect(answer).toContain('application/problem+json');
    expect(server.lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  test('chunk extensions without end', async () => {
    await using server = await start([echo]);
    const head =
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await rawRequest(server.port, `${head}1;${'e'.repeat(20_000)}\r\n1\r\n0\r\n\r\n`);
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  test('headers that do not arrive in time', async () => {
    await using server = await start([echo], { limits: { headersTimeoutMs: 100, checkIntervalMs: 20 } });
    expect(problemIn(await rawRequest(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n'))).toMatchObject({
      status: 408,
      code: 'request-timeout',
    });
    expect(server.lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  test('bodies that do not arrive in time', async () => {
    await using server = await start([echo], {
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, checkIntervalMs: 20 },
    });
    const head =
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n';
    expect(problemIn(await rawRequest(server.port, `${head}{`))).toMatchObject({
      status: 408,
      code: 'request-timeout',
    });
    expect(server.lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  test('nonsense after an answer that has begun does not mix with it', async () => {
    const { definition, waiting } = slowRoute();
    await using server = await start([definition]);
    const socket = await open(server.port);
    const answer = readAll(socket);
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    socket.write('nonsense\r\n\r\n');
    expect(problemIn(await answer).code).toBe('validation-failed');
    waiting[0]?.resolve();
  });

  test('a client that goes away is not our error', async () => {
    const { definition, waiting } = slowRoute();
    await using server = await start([definition, echo]);
    const socket = await open(server.port);
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    socket.resetAndDestroy();
    waiting[0]?.resolve();
    const other = await open(server.port);
    other.write(
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    other.resetAndDestroy();
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(server.lines.filter((line) => line.level === 'error' || line.level === 'warn')).toEqual([]);
  });
});

test('no bytes make it an error of ours', async () => {
  await using server = await start([echo]);
  const part = fc.constantFrom(
    'GET',
    'POST',
    '/echo',
    '/livez',
    ' ',
    '\r\n',
    'HTTP/1.1',
    'Host: x',
    'http://',
    '[',
    '//',
    '?',
    '#',
    '%',
    ':',
    '@',
    '\u0000',
    'é',
    'Content-Length: 3',
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    '{',
    '1',
  );
  const request = fc.oneof(
    fc.array(part, { maxLength: 20 }).map((parts) => parts.join('')),
    // A request line that is right but for its address.
    fc
      .array(part, { minLength: 1, maxLength: 5 })
      .map((parts) => `GET ${parts.join('').replaceAll(/\s/g, '')} HTTP/1.1\r\nHost: x`),
  );
  await fc.assert(
    fc.asyncProperty(request, async (text) => {
      const answer = await rawRequest(server.port, `${text}\r\nConnection: close\r\n\r\n\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 [24]/);
    }),
    { numRuns: 300 },
  );
  expect(server.lines.filter((line) => line.level === 'error')).toEqual([]);
}, 30_000);
