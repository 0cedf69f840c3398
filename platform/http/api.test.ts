import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { getRPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { messages } from '#contracts/messages.ts';
import { testVerifier } from '#platform/testing/tokens.ts';
import { Health } from '../lifecycle/health.ts';
import { guard } from './guard.ts';
import { describeApi } from './openapi.ts';
import { route } from './route.ts';
import { start } from './tests/start.ts';

const thing = z.object({ id: z.uuid(), at: z.iso.datetime() });
const things = route({
  method: 'put',
  path: '/v1/things/:id/parts/:part',
  summary: 'Replace a part',
  description: 'All of it.',
  tags: ['things'],
  access: 'anyone',
  params: z.object({ id: z.uuid(), part: z.string() }),
  query: z.strictObject({ limit: z.coerce.number().int().default(20), name: z.string().describe('Of it') }),
  headers: z.object({ 'if-match': z.string() }),
  body: z.strictObject({ tags: z.array(z.string()).default([]) }),
  responses: {
    200: { description: 'Done', schema: thing, headers: { ETag: 'Its tag' } },
    204: { description: 'Gone' },
  },
  problems: ['not-found'],
  handler: () => ({ status: 204 }),
});

describe('the API description', () => {
  test('is OpenAPI 3.1 made of the schemas that validate', () => {
    const document = describeApi([things], {
      title: 'T',
      version: '1',
      description: 'D',
      schemas: { Thing: thing },
    });
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/v1/things/{id}/parts/{part}': {
          put: {
            operationId: 'putV1ThingsIdPartsPart',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
              { name: 'part', in: 'path', required: true },
              { name: 'limit', in: 'query', required: false, schema: { type: 'integer', default: 20 } },
              { name: 'name', in: 'query', required: true, description: 'Of it' },
              { name: 'if-match', in: 'header', required: true },
            ],
            requestBody: { content: { 'application/json': { schema: { additionalProperties: false } } } },
            responses: {
              200: {
                headers: { ETag: { description: 'Its tag' } },
                content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
              },
              204: { description: 'Gone' },
              404: {
                description: '`not-found`: There is nothing here',
                content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
              },
              503: { headers: { 'Retry-After': {} } },
            },
          },
        },
      },
    });
    const { put } = (document as { paths: Record<string, { put: { responses: object } }> }).paths[
      '/v1/things/{id}/parts/{part}'
    ] as { put: { responses: object } };
    // What can become of any request, of one with a body, and of this one.
    expect(Object.keys(put.responses)).toEqual([
      '200',
      '204',
      '400',
      '404',
      '408',
      '413',
      '415',
      '429',
      '431',
      '500',
      '503',
    ]);
    const { schemas } = (document as { components: { schemas: Record<string, object> } }).components;
    expect(Object.keys(schemas).sort()).toEqual(['Problem', 'Thing']);
  });

  test('has a sibling for messages, where there are any', async () => {
    await using server = await start([], { messaging: { sends: messages, receives: [] } });
    const response = await fetch(`${server.url}/asyncapi.json`);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({ asyncapi: '3.0.0', channels: { 'orders-v1': {} } });
    await using silent = await start([]);
    expect((await fetch(`${silent.url}/asyncapi.json`)).status).toBe(404);
  });

  test('is served, with a page that needs no other host', async () => {
    await using server = await start([things]);
    const description = await fetch(`${server.url}/openapi.json`);
    expect(description.headers.get('content-type')).toContain('application/json');
    const { paths } = (await description.json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(['/v1/things/{id}/parts/{part}', '/livez', '/readyz', '/startupz']);

    const page = await (await fetch(`${server.url}/docs`)).text();
    const references = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(references).toHaveLength(4);
    expect(page).not.toContain('://');
    for (const path of references) {
      const file = await fetch(server.url + path);
      expect(file.status, path).toBe(200);
      expect((await file.text()).length).toBeGreaterThan(50);
      const again = await fetch(server.url + path, {
        headers: { 'if-none-match': file.headers.get('etag') as string },
      });
      expect(again.status, path).toBe(304);
      expect((await fetch(server.url + path, { method: 'HEAD' })).status).toBe(200);
    }
  });
});

describe('health', () => {
  test('follows the dependencies', async () => {
    const health = new Health(20);
    let up = false;
    health.depend('kafka', async () => {
      if (!up) throw new Error('no broker');
    });
    await using server = await start([], { health });
    health.start();
    const ask = async (path: string): Promise<[number, unknown]> => {
      const response = await fetch(server.url + path);
      return [response.status, await response.json()];
    };
    expect(await ask('/livez')).toEqual([200, { status: 'alive' }]);
    expect(await ask('/readyz')).toMatchObject([503, { status: 'waiting', waitingFor: ['kafka'] }]);
    expect((await ask('/startupz'))[0]).toBe(503);
    up = true;
    await expect
      .poll(() => ask('/readyz'))
      .toMatchObject([200, { status: 'ready', dependencies: { kafka: { status: 'up' } } }]);
    expect((await ask('/startupz'))[0]).toBe(200);
    health.drain();
    expect(await ask('/readyz')).toMatchObject([503, { status: 'draining' }]);
    expect((await ask('/startupz'))[0]).toBe(200);
    expect((await ask('/livez'))[0]).toBe(200);
  });

  test('can be left out', async () => {
    await using server = await start([], { health: undefined });
    for (const path of ['/livez', '/readyz', '/startupz'])
      expect((await fetch(server.url + path)).status).toBe(404);
  });
});

describe('the matched route', () => {
  afterEach(() => context.disable());

  test('is told to the HTTP instrumentation', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const metadata: { type: RPCType; route?: string } = { type: RPCType.HTTP };
    const middleware = guard(
      route({
        method: 'get',
        path: '/a/:b',
        summary: '',
        tags: [],
        access: 'anyone',
        responses: { 204: { description: '' } },
        handler: () => ({ status: 204 }),
      }),
      { maxBodyBytes: 10, verifier: testVerifier() },
    );
    const req = { socket: {}, headers: {} };
    const ctx = { state: {}, headers: {}, req, set: () => undefined } as unknown as Parameters<
      typeof middleware
    >[0];
    await context.with(setRPCMetadata(context.active(), metadata as never), () =>
      middleware(ctx, async () => undefined),
    );
    expect(getRPCMetadata(context.active())).toBeUndefined();
    expect(metadata.route).toBe('/a/:b');
  });
});
