import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import config from '../../vitest.config.ts';
import { AppError } from '../errors/app-error.ts';
import { type AnyReply, route } from '../http/route.ts';
import { start } from '../http/tests/start.ts';
import { takeUndocumented } from './check-answers.ts';

/** A route that promises a cup with a known size, and answers with whatever it is given. */
const cups = (reply: AnyReply | AppError) =>
  route({
    method: 'get',
    path: '/cups/:id',
    summary: 'Show a cup',
    tags: ['cups'],
    access: 'anyone',
    responses: {
      200: {
        description: 'The cup',
        schema: z.object({ size: z.enum(['small', 'large']), of: z.array(z.object({ name: z.string() })) }),
        headers: { ETag: 'Its tag' },
      },
      204: { description: 'Broken' },
    },
    problems: ['not-found'],
    handler: () => {
      if (reply instanceof AppError) throw reply;
      return reply as { status: 204 };
    },
  });

async function undocumentedOf(reply: AnyReply | AppError, path = '/cups/1', method = 'GET') {
  await using server = await start([cups(reply)]);
  await fetch(`${server.url}${path}`, { method });
  return takeUndocumented();
}

const cup = { size: 'small', of: [{ name: 'steel' }] };

describe('an answer', () => {
  it.each([
    ['that is documented', { status: 200, headers: { ETag: '"1"' }, body: cup }],
    ['without a body', { status: 204 }],
    ['with a problem of the route', new AppError('not-found', 'There is no such cup.')],
    ['with a problem of every route', new AppError('overloaded', 'Busy.')],
    ['with an error of ours', new AppError('internal', 'A bug.')],
  ])('%s keeps to its document', async (_, reply) => {
    expect(await undocumentedOf(reply)).toEqual([]);
  });

  const who = 'GET /cups/:id answered';
  it.each([
    ['status', { status: 418, body: cup }, `${who} 418: the document has no such status`],
    ['problem', new AppError('action-not-allowed', 'No.'), `${who} 409: the document has no such status`],
    [
      'code of a problem',
      new AppError('outcome-unknown', 'Who knows.'),
      `${who} 503: the document has no problem "outcome-unknown" of this status`,
    ],
    [
      'header',
      { status: 200, headers: { Location: '/' }, body: cup },
      `${who} 200: the document has no header "location"`,
    ],
    [
      'field',
      { status: 200, body: { ...cup, colour: 'red' } },
      `${who} 200: the body must NOT have additional properties ("colour")`,
    ],
    [
      'field further down',
      { status: 200, body: { ...cup, of: [{ name: 'steel', grade: 4 }] } },
      `${who} 200: the body/of/0 must NOT have additional properties ("grade")`,
    ],
    [
      'value',
      { status: 200, body: { ...cup, size: 'huge' } },
      `${who} 200: the body/size must be equal to one of the allowed values`,
    ],
    [
      'absence of a field',
      { status: 200, body: { size: 'small' } },
      `${who} 200: the body must have required property 'of'`,
    ],
    ['absence of a body', { status: 200, body: '' }, `${who} 200: the body is missing`],
    [
      'media type',
      { status: 200, headers: { 'Content-Type': 'text/csv' }, body: JSON.stringify(cup) },
      `${who} 200: the document has no body of type "text/csv"`,
    ],
  ])('with an undocumented %s is told', async (_, reply, message) => {
    expect(await undocumentedOf(reply)).toEqual([message]);
  });

  it('to HEAD is held against GET', async () => {
    expect(await undocumentedOf({ status: 418, body: cup }, '/cups/1', 'HEAD')).toEqual([
      'HEAD /cups/:id answered 418: the document has no such status',
    ]);
  });

  it('of no route is a problem, or a page', async () => {
    for (const path of ['/nothing', '/docs', '/openapi.json', '/readyz']) {
      expect(await undocumentedOf({ status: 204 }, path)).toEqual([]);
    }
    expect(await undocumentedOf({ status: 204 }, '/cups/1', 'PUT')).toEqual([]);
    expect(await undocumentedOf({ status: 204 }, '/cups/1', 'OPTIONS')).toEqual([]);
  });
});

// Guard: no test has to think of it.
it.each(['unit', 'integration'])('every %s test holds answers against their document', (name) => {
  const { projects } = config.test as { projects: { test: { name: string; setupFiles?: string[] } }[] };
  const setupFiles = projects.find(({ test }) => test.name === name)?.test.setupFiles;
  expect(setupFiles).toContain('platform/testing/check-answers.ts');
});
