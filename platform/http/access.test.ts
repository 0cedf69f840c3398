import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { signedIn, testVerifier } from '#platform/testing/tokens.ts';
import type { Access } from '../identity/admit.ts';
import { createApp } from './app.ts';
import { describeApi } from './openapi.ts';
import { type Route, route } from './route.ts';
import { problemOf } from './tests/notes.ts';
import { start, type TestServer } from './tests/start.ts';

const seen: (string | undefined)[] = [];
const routeFor = (path: string, access: Access): Route =>
  route({
    method: 'post',
    path,
    summary: path,
    tags: ['access'],
    access,
    body: z.strictObject({}),
    responses: { 204: { description: 'Done' } },
    handler: ({ identity }) => {
      seen.push(identity?.subject);
      return { status: 204 };
    },
  });
const routes = [
  routeFor('/open', 'anyone'),
  routeFor('/counter', ['barista', 'operator']),
  routeFor('/office', ['operator']),
];

let server: TestServer;
beforeAll(async () => {
  server = await start(routes, { verifier: testVerifier() });
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (path: string, headers: Record<string, string> = {}, body = '{}'): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

it('lets anyone call what is for anyone, and does not look who it is', async () => {
  for (const headers of [{}, { authorization: 'Bearer nonsense' }]) {
    expect((await post('/open', headers)).status).toBe(204);
    expect(seen.at(-1)).toBeUndefined();
  }
});

it('lets in whoever has one of the roles, and tells the handler who it is', async () => {
  for (const role of ['barista', 'operator'] as const) {
    expect((await post('/counter', await signedIn(`the-${role}`, 'customer', role))).status).toBe(204);
    expect(seen.at(-1)).toBe(`the-${role}`);
  }
});

describe('without a good token', () => {
  test.each([
    ['none', {}, 'token-missing', 'Bearer realm="go-coffee"'],
    ['a password', { authorization: 'Basic YWRhOmFkYQ==' }, 'token-missing', 'Bearer realm="go-coffee"'],
    [
      'a wrong one',
      { authorization: 'Bearer nonsense' },
      'token-invalid',
      'Bearer realm="go-coffee", error="invalid_token"',
    ],
  ])('%s is 401 with a challenge', async (_, headers, code, challenge) => {
    const response = await post('/office', headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect((await problemOf(response)).code).toBe(code);
  });

  test('nothing is said of the request, and nothing of it is read', async () => {
    const response = await post('/office', { 'content-type': 'text/plain' }, 'x'.repeat(100_000));
    expect((await problemOf(response)).code).toBe('token-missing');
  });
});

// Guard: a role opens what is for it, and nothing else.
test('another role is 403', async () => {
  for (const roles of [['customer'], ['barista'], []] as const) {
    const response = await post('/office', await signedIn('ada', ...roles));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('insufficient_scope');
    expect(await problemOf(response)).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('operator') as string,
    });
  }
});

test('the document says who may call what', () => {
  const { paths, components } = describeApi(routes, { title: 'T', version: '1', description: 'D' }) as {
    paths: Record<string, { post: { security: unknown; responses: object } }>;
    components: object;
  };
  expect(paths['/open']?.post.security).toEqual([]);
  expect(Object.keys(paths['/open']?.post.responses ?? {})).not.toContain('401');
  expect(paths['/counter']?.post.security).toEqual([
    { accessToken: ['barista'] },
    { accessToken: ['operator'] },
  ]);
  expect(Object.keys(paths['/counter']?.post.responses ?? {})).toEqual(
    expect.arrayContaining(['401', '403']),
  );
  expect(components).toMatchObject({
    securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  });
});

// Guard: a service that forgot to say how it knows who asks would let in nobody, or everybody.
test('an application without a verifier has no routes that need one', () => {
  const parts = { log: undefined as never, corsOrigins: [], maxInFlight: 1 };
  const info = { title: 'T', version: '1', description: 'D' };
  expect(() => createApp({ ...parts, info, routes })).toThrow('/counter is not for anyone');
  expect(() => createApp({ ...parts, info, routes: routes.slice(0, 1) })).not.toThrow();
});
