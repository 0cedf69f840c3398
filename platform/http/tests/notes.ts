import { expect } from 'vitest';
import { z } from 'zod';
import { type Problem, problem } from '#contracts/http/problem.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { route } from '../route.ts';

const note = z.strictObject({
  title: z.string().max(20),
  count: z.int().min(1).max(10),
  tags: z
    .array(z.strictObject({ name: z.string() }))
    .max(3)
    .default([]),
});

/** Routes of every kind, also ones that fail. */
export const noteRoutes = [
  route({
    method: 'post',
    path: '/notes',
    summary: 'Add a note',
    tags: ['notes'],
    access: 'anyone',
    body: note,
    headers: z.object({ 'idempotency-key': z.string().max(10) }),
    responses: { 201: { description: 'Added', schema: note, headers: { Location: 'Where it is' } } },
    problems: ['idempotency-key-missing'],
    handler: ({ body }) => ({ status: 201, headers: { Location: '/notes/1' }, body }),
  }),
  route({
    method: 'get',
    path: '/notes/:id',
    summary: 'Show a note',
    tags: ['notes'],
    access: 'anyone',
    params: z.object({ id: z.coerce.number().int() }),
    query: z.strictObject({ verbose: z.enum(['yes', 'no']).optional() }),
    responses: {
      200: {
        description: 'It',
        schema: z.object({ id: z.int(), verbose: z.string().nullable() }),
        headers: { ETag: 'Its tag' },
      },
      304: { description: 'Known', headers: { ETag: 'Its tag' } },
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
    access: 'anyone',
    responses: { 204: { description: 'Gone' } },
    handler: () => ({ status: 204 }),
  }),
  route({
    method: 'get',
    path: '/broken/:how',
    summary: 'Fails',
    tags: ['notes'],
    access: 'anyone',
    params: z.object({ how: z.string() }),
    responses: { 200: { description: 'Never right', schema: z.object({ ok: z.literal(true) }) } },
    problems: ['dependency-unavailable'],
    handler: async ({ params }) => {
      if (params.how === 'text') throw 'secret text';
      if (params.how === 'away')
        throw new AppError('dependency-unavailable', 'Away.', { retryAfterSeconds: 7 });
      if (params.how === 'busy') throw new AppError('overloaded', 'Busy.');
      throw new Error('secret detail', { cause: new Error('the cause') });
    },
  }),
];

/** A note that POST /notes takes. */
export const validNote = { title: 'hi', count: 1, tags: [] };
export const noteHeaders = { 'content-type': 'application/json', 'idempotency-key': 'k' };

/** The problem document of an answer, which shows nothing from inside. */
export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const document = problem.parse(await response.json());
  expect(document.status).toBe(response.status);
  expect(JSON.stringify(document)).not.toMatch(/\bat .*:\d+:\d+|node_modules|secret/);
  return document;
}
