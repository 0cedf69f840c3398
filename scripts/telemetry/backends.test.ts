import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { StackSettings } from '../stack/settings.ts';
import { Backends, QueryError } from './backends.ts';

const since = new Date('2026-01-01T12:00:00Z');
const otlp = (traceId: string, service: string, links: readonly string[] = []) => ({
  result: {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: [
              {
                ...{ traceId, spanId: `${traceId}-1`, name: 'process' },
                ...{ startTimeUnixNano: '1767268801000000000', endTimeUnixNano: '1767268802000000000' },
                links: links.map((linked) => ({ traceId: linked, spanId: `${linked}-1` })),
              },
            ],
          },
        ],
      },
    ],
  },
});

/** All backends in one, which answer by path; what they were asked. */
async function serve(answers: Readonly<Record<string, unknown>>) {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://backends');
    asked.push(url);
    const answer = answers[url.pathname];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'nothing here' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const urls = { prometheusUrl: url, lokiUrl: url, tempoUrl: url, jaegerUrl: url };
  const backends = new Backends(urls as unknown as StackSettings);
  return {
    asked,
    backends,
    async [Symbol.asyncDispose]() {
      backends[Symbol.dispose]();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('asks for lines since then, in nanoseconds', async () => {
  const path = '/loki/api/v1/query_range';
  await using all = await serve({ [path]: { data: { result: [{}] } } });
  expect(await all.backends.count('logql', '{a="b"}', since)).toBe(1);
  await all.backends.count('logql', '{a="b"}');
  expect(all.asked.map(({ searchParams }) => searchParams.get('start'))).toEqual([
    '1767268800000000000',
    null,
  ]);
});

it('follows the links of traces to the batches that they were part of, once each', async () => {
  await using all = await serve({
    '/api/v3/traces/order': otlp('order', 'consumer', ['batch', 'order']),
    '/api/v3/traces/review': otlp('review', 'ai-orchestrator', ['batch']),
    '/api/v3/traces/batch': otlp('batch', 'consumer'),
  });
  const spans = await all.backends.spansOfWork(['order', 'review', 'unknown']);
  expect(spans.map(({ traceId, service }) => `${traceId} of ${service}`)).toEqual([
    'order of consumer',
    'review of ai-orchestrator',
    'batch of consumer',
  ]);
  expect(all.asked.filter(({ pathname }) => pathname.endsWith('/batch'))).toHaveLength(1);
});

it('looks for the latest traces of a service since then; there may be none', async () => {
  await using all = await serve({ '/api/v3/traces': otlp('a', 'streams') });
  expect((await all.backends.spansSince('streams', since)).map(({ service }) => service)).toEqual([
    'streams',
  ]);
  expect(all.asked[0]?.searchParams.get('query.service_name')).toBe('streams');
  expect(all.asked[0]?.searchParams.get('query.start_time_min')).toBe(since.toISOString());
  await using none = await serve({});
  expect(await none.backends.spansSince('streams', since)).toEqual([]);
});

it('knows whether there are traces and lines of a time', async () => {
  const slice = { from: since, to: new Date(since.getTime() + 10_000) };
  await using all = await serve({
    '/api/v3/traces': otlp('a', 'producer'),
    '/api/search': { traces: [{}] },
    '/loki/api/v1/query_range': { data: { result: [{}] } },
  });
  expect(await all.backends.jaegerHas('producer', slice)).toBe(true);
  expect(await all.backends.tempoHas('producer', slice)).toBe(true);
  expect(await all.backends.lokiHas('producer', slice)).toBe(true);
  const [jaeger, tempo, loki] = all.asked.map(({ searchParams }) => Object.fromEntries(searchParams));
  expect(jaeger).toMatchObject({
    'query.start_time_min': '2026-01-01T12:00:00.000Z',
    'query.start_time_max': '2026-01-01T12:00:10.000Z',
  });
  expect(tempo).toMatchObject({ start: '1767268800', end: '1767268810' });
  expect(loki).toMatchObject({ start: '1767268800000000000', end: '1767268810000000000' });
  await using none = await serve({
    '/api/search': {},
    '/loki/api/v1/query_range': { data: { result: [] } },
  });
  expect(await none.backends.jaegerHas('producer', slice)).toBe(false);
  expect(await none.backends.tempoHas('producer', slice)).toBe(false);
  expect(await none.backends.lokiHas('producer', slice)).toBe(false);
});

it('finds the traces of exemplars, and passes over those without', async () => {
  const exemplars = [{ labels: { trace_id: 'abc', span_id: 'd' } }, { labels: {} }];
  await using all = await serve({ '/api/v1/query_exemplars': { data: [{ exemplars }, {}] } });
  expect(await all.backends.exemplarsSince('x', since)).toEqual(['abc']);
  expect(all.asked[0]?.searchParams.get('start')).toBe('1767268800');
});

it('knows whether a selector has had a series', async () => {
  const selector = { metric: 'up', matchers: [{ name: 'a', type: '=', value: 'b' }] } as const;
  await using all = await serve({ '/api/v1/series': { data: [{ a: 'b' }] } });
  expect(await all.backends.hasSeries(selector, since)).toBe(true);
  expect(all.asked[0]?.searchParams.get('match[]')).toBe('up{a="b"}');
  await using none = await serve({ '/api/v1/series': { data: [] } });
  expect(await none.backends.hasSeries(selector, since)).toBe(false);
});

it('has Prometheus parse an expression, and says what it says of a wrong one', async () => {
  const data = {
    type: 'vectorSelector',
    name: 'up',
    matchers: [{ name: '__name__', type: '=', value: 'up' }],
  };
  await using all = await serve({ '/api/v1/parse_query': { data } });
  expect(await all.backends.selectorsOf('up')).toEqual([{ metric: 'up', matchers: [] }]);
  await using none = await serve({});
  await expect(none.backends.selectorsOf('up(')).rejects.toThrow(
    new QueryError('answered 404: nothing here'),
  );
});
