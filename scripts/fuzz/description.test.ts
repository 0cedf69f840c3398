import { expect, it } from 'vitest';
import { describedServices, servedDocuments } from '../contracts/documents.ts';
import { forFuzzer, nothingKnown } from './description.ts';

const answer = (type: string) => ({ responses: { 200: { content: { [type]: {} } } } });

it('leaves out what has no end, and nothing else', () => {
  const paths = { '/a': { get: answer('text/event-stream'), post: answer('application/json') } };
  expect(forFuzzer({ paths }).paths).toEqual({ '/a': { post: paths['/a'].post } });
});

it('writes a class of characters out, to the same effect', () => {
  const pattern = String.raw`^[^\p{Cc}]{1,9}$`;
  const [written = ''] = [(forFuzzer({ paths: {}, pattern }) as { pattern: string }).pattern];
  expect(written).toBe(String.raw`^[^\x00-\x1f\x7f-\x9f]{1,9}$`);
  for (let code = 0; code < 0x3000; code += 1) {
    const letter = String.fromCodePoint(code);
    expect(new RegExp(written, 'u').test(letter), code.toString(16)).toBe(
      new RegExp(pattern, 'u').test(letter),
    );
  }
});

it('gives values that exist to the properties that have them, and leaves the document as it was', () => {
  const document = {
    paths: {},
    schema: { properties: { size: { type: 'string' }, other: { type: 'string' } } },
  };
  expect(forFuzzer(document, { properties: { size: ['large'] }, parameters: {} }).schema).toEqual({
    properties: { size: { type: 'string', examples: ['large'] }, other: { type: 'string' } },
  });
  expect(document.schema.properties.size).toEqual({ type: 'string' });
});

it('makes a list of a tuple, of as many', () => {
  const point = { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] };
  expect(forFuzzer({ paths: {}, point }).point).toEqual({
    type: 'array',
    items: { anyOf: point.prefixItems },
    minItems: 2,
    maxItems: 2,
  });
});

// Who is not here answers 503, as the document says: that is no finding.
it('leaves out what a part that is not in the stack would have to answer', () => {
  const paths = { '/console/v1/logs': { get: answer('application/json') }, '/console/v1/map': {} };
  const without = forFuzzer({ paths }, nothingKnown, ['/console/v1/logs']);
  expect(Object.keys(without.paths as object)).toEqual(['/console/v1/map']);
});

it('gives ids that exist to parameters, by what they are of, beside whatever else they may be', () => {
  const schema = { type: 'string' };
  const of = (name: string) => ({ get: { parameters: [{ name, in: 'path', schema }], responses: {} } });
  const paths = { '/v1/orders/{id}/actions': of('id'), '/v1/runs/{id}': of('id'), '/v1/runs': of('limit') };
  const known = { properties: {}, parameters: { 'orders/{id}': ['order-1'], limit: ['7'] } };
  const written = forFuzzer({ paths }, known).paths as typeof paths;
  const either = (value: string) => ({ anyOf: [{ type: 'string', enum: [value] }, schema] });
  expect(Object.values(written).map(({ get }) => get.parameters[0]?.schema)).toEqual([
    either('order-1'),
    schema,
    either('7'),
  ]);
});

// What is left out would not be tried: only what has no end may be, the windows of analytics and the console's orders.
it('leaves every route of every service but two streams', async () => {
  const documents = await servedDocuments();
  const routes = (document: unknown): string[] =>
    Object.entries((document as { paths: Record<string, object> }).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
  const left = Object.keys(describedServices).flatMap((service) => {
    const document = documents.get(`${service}.openapi`) ?? {};
    const kept = routes(forFuzzer(document));
    return routes(document).filter((route) => !kept.includes(route));
  });
  expect(left).toEqual(['get /v1/analytics/stream', 'get /console/v1/feed']);
});
