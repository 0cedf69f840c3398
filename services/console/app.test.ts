import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consoleSession, logPage, metricAnswer, trace, tracePage } from '#contracts/http/console.ts';
import { problem } from '#contracts/http/problem.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { fakeUpstream, startConsole, testConsoleConfig } from './tests/start-console.ts';

const operator = await signedIn('olivia', 'operator');
const now = new Date('2026-03-01T10:00:00Z');

const get = async (url: string, headers: Readonly<Record<string, string>> = operator) =>
  fetch(url, { headers });

it('says who looks, and where the agent and Grafana are', async () => {
  const environment = {
    CONSOLE_AGENT_URL: 'http://127.0.0.1:8087',
    GRAFANA_PUBLIC_URL: 'https://grafana.example',
  };
  await using console = await startConsole({ environment });
  const answer = await get(`${console.url}/console/v1/session`);
  expect(consoleSession.parse(await answer.json())).toEqual({
    subject: 'olivia',
    roles: ['operator'],
    environment: 'local',
    agentUrl: 'http://127.0.0.1:8087',
    grafanaUrl: 'https://grafana.example',
  });
  // The page may ask the agent, and nobody else.
  expect(answer.headers.get('content-security-policy')).toMatch(
    /connect-src 'self' http:\/\/127\.0\.0\.1:8087(;|$)/,
  );
});

it('is for operators', async () => {
  await using console = await startConsole();
  expect((await get(`${console.url}/console/v1/session`, {})).status).toBe(401);
  expect((await get(`${console.url}/console/v1/kafka`, await signedIn('carla', 'customer'))).status).toBe(
    403,
  );
  expect((await get(`${console.url}/console/v1/feed`, await signedIn('bob', 'barista'))).status).toBe(403);
});

it('reads a metric over time', async () => {
  const values = [
    [1_772_359_200, '1.5'],
    [1_772_359_215, 'NaN'],
  ];
  const prometheus = fakeUpstream(() => ({
    data: { result: [{ metric: { service_name: 'producer' }, values }] },
  }));
  await using console = await startConsole({ prometheus, now });
  const query = new URLSearchParams({ expression: 'sum(rate(orders_accepted_total[1m]))', minutes: '10' });
  const answer = await get(`${console.url}/console/v1/metrics?${query}`);
  expect(metricAnswer.parse(await answer.json()).series).toEqual([
    {
      labels: { service_name: 'producer' },
      points: [
        [1_772_359_200_000, 1.5],
        [1_772_359_215_000, null],
      ],
    },
  ]);
  const end = now.getTime() / 1_000;
  expect(prometheus.asked).toEqual([
    {
      path: '/api/v1/query_range',
      query: { query: 'sum(rate(orders_accepted_total[1m]))', start: end - 600, end, step: 5 },
    },
  ]);
});

const span = (
  spanId: string,
  parentSpanId: string,
  name: string,
  [fromMs, toMs]: [number, number],
  code = 0,
) => ({
  traceId: 'a'.repeat(32),
  spanId,
  parentSpanId,
  name,
  startTimeUnixNano: `${1_772_359_200_000 + fromMs}000000`,
  endTimeUnixNano: `${1_772_359_200_000 + toMs}000000`,
  attributes: [{ key: 'http.route', value: { stringValue: '/v1/orders' } }],
  status: { code },
});
const resource = (service: string) => ({
  attributes: [{ key: 'service.name', value: { stringValue: service } }],
});
const traceDocument = {
  result: {
    resourceSpans: [
      {
        resource: resource('consumer'),
        scopeSpans: [{ spans: [span('2', '1', 'process orders.v1', [20, 50], 2)] }],
      },
      {
        resource: resource('producer'),
        scopeSpans: [{ spans: [span('1', '', 'POST /v1/orders', [0, 30])] }],
      },
    ],
  },
};

it('shows a trace, its spans by their begin, and finds it', async () => {
  const jaeger = fakeUpstream(() => traceDocument);
  await using console = await startConsole({ jaeger, now });
  const answer = await get(`${console.url}/console/v1/traces/${'a'.repeat(32)}`);
  const { spans } = trace.parse(await answer.json());
  expect(spans).toMatchObject([
    { spanId: '1', parentId: null, service: 'producer', durationMs: 30, failed: false },
    {
      spanId: '2',
      parentId: '1',
      service: 'consumer',
      failed: true,
      attributes: { 'http.route': '/v1/orders' },
    },
  ]);
  const found = await get(`${console.url}/console/v1/traces?service=producer&minDurationMs=5`);
  expect(tracePage.parse(await found.json()).traces).toMatchObject([
    { name: 'POST /v1/orders', service: 'producer', spans: 2, durationMs: 50, failed: true },
  ]);
  expect(jaeger.asked[1]?.query).toMatchObject({
    'query.service_name': 'producer',
    'query.duration_min': '5ms',
    'query.start_time_min': '2026-03-01T09:00:00.000Z',
  });
});

it('has no traces where Jaeger knows none, and says that a single one is not there', async () => {
  const jaeger = fakeUpstream(() => {
    throw new AppError('not-found', 'Jaeger does not know it.');
  });
  await using console = await startConsole({ jaeger });
  const found = await get(`${console.url}/console/v1/traces?service=producer`);
  expect(await found.json()).toEqual({ traces: [] });
  expect((await get(`${console.url}/console/v1/traces/${'a'.repeat(32)}`)).status).toBe(404);
  expect((await get(`${console.url}/console/v1/traces/not-one`)).status).toBe(400);
});

it('reads logs, and what is searched for can not become part of the expression', async () => {
  const stream = {
    service_name: 'producer',
    severity_text: 'INFO',
    trace_id: 'b'.repeat(32),
    route: '/v1/orders',
  };
  const loki = fakeUpstream(() => ({
    data: { result: [{ stream, values: [['1772359200000000000', 'request answered']] }] },
  }));
  await using console = await startConsole({ loki, now });
  const query = new URLSearchParams({ service: 'producer', text: '"} | drop', traceId: 'b'.repeat(32) });
  const answer = await get(`${console.url}/console/v1/logs?${query}`);
  expect(logPage.parse(await answer.json()).lines).toEqual([
    {
      at: '2026-03-01T10:00:00.000Z',
      service: 'producer',
      level: 'info',
      message: 'request answered',
      traceId: 'b'.repeat(32),
      fields: { route: '/v1/orders' },
    },
  ]);
  const expression = loki.asked[0]?.query?.query;
  expect(expression).toBe(`{service_name="producer"} |= "\\"} | drop" | trace_id = "${'b'.repeat(32)}"`);
});

it('names the backend that is away, and goes on with the others', async () => {
  const loki = fakeUpstream(() => {
    throw new AppError('dependency-unavailable', 'Loki gives no answer: connect ECONNREFUSED.');
  });
  const prometheus = fakeUpstream(() => ({ data: { alerts: [] } }));
  await using console = await startConsole({ loki, prometheus });
  const refused = await get(`${console.url}/console/v1/logs`);
  expect(refused.status).toBe(503);
  expect(problem.parse(await refused.json()).detail).toMatch(/^Loki gives no answer/);
  expect(await (await get(`${console.url}/console/v1/alerts`)).json()).toEqual({ alerts: [] });
});

const taskId = '0f3c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b';
const task = {
  id: taskId,
  kind: 'approval',
  title: 'Order more beans',
  details: {},
  status: 'completed',
  assignee: null,
  runId: null,
  note: null,
  dueAt: null,
  createdAt: '2026-03-01T09:00:00.000Z',
  closedAt: '2026-03-01T10:00:00.000Z',
  closedBy: 'olivia',
};

it('asks services with the token of who looks', async () => {
  const agents = fakeUpstream(() => task);
  await using console = await startConsole({ agents });
  const answer = await fetch(`${console.url}/console/v1/tasks/${taskId}/complete`, {
    method: 'POST',
    headers: { ...operator, 'content-type': 'application/json' },
    body: '{"note":"go on"}',
  });
  expect(await answer.json()).toEqual(task);
  expect(agents.asked).toEqual([
    {
      method: 'POST',
      path: `/v1/tasks/${taskId}/complete`,
      query: {},
      body: { note: 'go on' },
      authorization: operator.authorization,
    },
  ]);
});

it("tells a service's own refusal", async () => {
  const agents = fakeUpstream(() => {
    throw new AppError('task-closed', 'It was refused an hour ago.');
  });
  await using console = await startConsole({ agents });
  const answer = await fetch(`${console.url}/console/v1/tasks/${taskId}/fail`, {
    method: 'POST',
    headers: { ...operator, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(409);
  expect(problem.parse(await answer.json()).code).toBe('task-closed');
});

it('serves its page to anyone, compressed, and each file for as long as it is the same', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'go-coffee-page-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Console</title>');
  await writeFile(join(directory, 'assets', 'main-1a2b.js'), 'export const beans = 1;'.repeat(50));
  await using console = await startConsole({ page: { prefix: '/console/', directory, immutable: 'assets' } });

  for (const path of ['/console/', '/console']) {
    const page = await fetch(`${console.url}${path}`);
    expect(await page.text()).toContain('<title>Console</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    // Nothing of it may run that is not a file of ours.
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
  }
  const script = await fetch(`${console.url}/console/assets/main-1a2b.js`, {
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
  expect(script.headers.get('content-encoding')).toBe('br');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect(await script.text()).toBe('export const beans = 1;'.repeat(50));
  const again = await fetch(`${console.url}/console/assets/main-1a2b.js`, {
    headers: { 'if-none-match': script.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  const plain = await fetch(`${console.url}/console/`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect((await fetch(`${console.url}/console/..%2Findex.html`)).status).toBe(404);
  expect((await fetch(`${console.url}/console/assets/none.js`)).status).toBe(404);
});

it('serves a page that is watched as it is by now, without being started again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'go-coffee-page-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>First</title>');
  const page = { prefix: '/console/', directory, immutable: 'assets', watched: true };
  await using console = await startConsole({ page });
  const titles = async (): Promise<string[]> =>
    Promise.all(['/console/', '/console'].map(async (path) => (await fetch(console.url + path)).text()));
  for (const text of await titles()) expect(text).toContain('First');
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Second</title>');
  await writeFile(join(directory, 'assets', 'main-3c4d.js'), 'export const beans = 2;');
  for (const text of await titles()) expect(text).toContain('Second');
  const script = await fetch(`${console.url}/console/assets/main-3c4d.js`);
  expect(await script.text()).toBe('export const beans = 2;');
  // The API beside it is found first, and nothing outside of the folder at all.
  expect((await fetch(`${console.url}/console/v1/session`)).status).toBe(401);
  for (const path of ['assets/none.js', '..%2Findex.html', 'index.html', 'assets'])
    expect((await fetch(`${console.url}/console/${path}`)).status, path).toBe(404);
});

it('names a wrong variable', () => {
  expect(() => testConsoleConfig({ PROMETHEUS_URL: 'prometheus' })).toThrow(/PROMETHEUS_URL/);
  expect(() => testConsoleConfig({ JWT_SECRET: '' })).toThrow(/JWT_SECRET/);
  expect(() => testConsoleConfig({ LOKI_URL: 'file:///etc/passwd' })).toThrow(/LOKI_URL/);
});
