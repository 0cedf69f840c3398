import { expect, it, vi } from 'vitest';
import type { Span } from '#platform/telemetry/otlp-spans.ts';
import type { Backends } from './backends.ts';
import { withoutAbsent, withoutUnseen } from './check-telemetry.ts';
import { dashboardExpressions, expressionRows, quietMark } from './expressions.ts';
import { pollRows } from './poll-rows.ts';
import { type RowOptions, rowsOf } from './rows.ts';
import type { TelemetrySchema } from './schema.ts';
import { callOf } from './span-fixture.ts';

const schema: TelemetrySchema = {
  resource: ['service.name'],
  common: {
    signals: ['traces', 'metrics', 'logs'],
    metrics: [{ name: 'process.memory.usage', unit: 'By', type: 'gauge', sometimes: false, attributes: [] }],
  },
  services: {
    producer: {
      handlesOrders: true,
      without: [],
      metrics: [
        { name: 'orders.accepted', unit: '{order}', type: 'counter', sometimes: false, attributes: [] },
        {
          name: 'orders.rejected',
          unit: '{order}',
          type: 'counter',
          sometimes: true,
          attributes: ['reason'],
        },
      ],
    },
  },
  edges: [{ from: 'producer', to: 'redis', sometimes: false }],
  infrastructure: [
    { what: 'Kafka', expression: 'kafka_brokers' },
    { what: 'Tempo', expression: 'up{instance="tempo"}', part: 'tempo' },
  ],
};

const since = new Date('2026-01-01T12:00:00Z');

const series = [
  { __name__: 'process_memory_usage_bytes', service_name: 'producer', job: 'go-coffee/producer' },
  { __name__: 'orders_accepted_total', service_name: 'producer', instance: 'one' },
  { __name__: 'target_info', service_name: 'producer', host_arch: 'amd64' },
  { __name__: 'service:http_requests:rate1m', service_name: 'producer' },
  // Guard: an alert about a service is no metric of it.
  { __name__: 'ALERTS', service_name: 'producer', alertname: 'DeadLettersGrow' },
  { __name__: 'ALERTS_FOR_STATE', service_name: 'producer', alertname: 'DeadLettersGrow' },
];

interface Answers {
  readonly series?: readonly Record<string, string>[];
  readonly services?: readonly string[];
  readonly count?: number;
  readonly spans?: readonly Span[];
  readonly exemplars?: readonly string[];
}

/** Backends that say the same to everything. */
const backendsThat = ({
  series: found = series,
  services = ['producer'],
  count = 1,
  spans = [callOf('producer', 'redis')],
  exemplars = ['abc'],
}: Answers): Backends =>
  ({
    count: async () => count,
    seriesOf: async () => found,
    servicesInTrace: async () => services,
    spansSince: async () => spans,
    spansOfWork: async () => [],
    exemplarsSince: async () => exemplars,
  }) as unknown as Backends;

async function wrongWith(
  answers: Answers,
  options: Partial<RowOptions> = {},
): Promise<Record<string, string>> {
  const backends = backendsThat(answers);
  const rows = rowsOf({ backends, schema, since, traceId: 'abc', ...options });
  const asked = await Promise.all(rows.map(async ({ what, ask }) => [what, await ask()] as const));
  return Object.fromEntries(asked.filter(([, wrong]) => wrong !== undefined)) as Record<string, string>;
}

it('holds when everything of the schema is there', async () => {
  expect(await wrongWith({})).toEqual({});
});

it('has a row for each signal of each service, each edge and each part that is measured', () => {
  const rows = rowsOf({ backends: backendsThat({}), schema, since: new Date(), traceId: 'abc' });
  expect(rows.map(({ what }) => what)).toEqual([
    'producer: traces in Jaeger',
    'producer: traces in Tempo',
    'producer: logs of the trace',
    'producer: logs in Loki',
    'producer: metrics',
    'producer → redis',
    'the service graph',
    'exemplars of requests',
    'Kafka',
    'Tempo',
  ]);
});

// Guard: what can't be asked is named, and never counted as held.
it('skips rows of parts that are absent, and says which and why', () => {
  const rows = rowsOf({ backends: backendsThat({}), schema, since: new Date(), traceId: 'abc' });
  const { asked, skipped } = withoutAbsent(rows, { services: ['producer', 'loki'], absent: ['tempo'] });
  expect(asked.map(({ what }) => what)).toEqual([
    'producer: traces in Jaeger',
    'producer: logs of the trace',
    'producer: logs in Loki',
    'producer: metrics',
    'producer → redis',
    'the service graph',
    'exemplars of requests',
    'Kafka',
  ]);
  const reason = 'the image of tempo is not on this machine';
  expect(skipped).toEqual([
    { what: 'producer: traces in Tempo', reason },
    { what: 'Tempo', reason },
  ]);
  const minimal = withoutAbsent(rows, { services: ['producer'], absent: [] });
  expect(minimal.skipped).toContainEqual({
    what: 'producer: logs in Loki',
    reason: 'the profile has no loki',
  });
});

// Guard: a signal that is switched off is missed.
it('names what is missing', async () => {
  const wrong = await wrongWith({ services: [], count: 0, spans: [], exemplars: [] });
  expect(Object.keys(wrong)).toEqual([
    'producer: traces in Jaeger',
    'producer: traces in Tempo',
    'producer: logs of the trace',
    'producer: logs in Loki',
    'producer → redis',
    'the service graph',
    'exemplars of requests',
    'Kafka',
    'Tempo',
  ]);
});

// Guard: a signal that was switched off an hour ago is missed as well.
it('counts lines, exemplars and edges of the service graph only since the check began', async () => {
  const backends = backendsThat({});
  const count = vi.spyOn(backends, 'count');
  const exemplars = vi.spyOn(backends, 'exemplarsSince');
  const rows = rowsOf({ backends, schema, since, traceId: 'abc' });
  await Promise.all(rows.map(({ ask }) => ask()));
  const asked = count.mock.calls;
  expect(asked.filter(([language]) => language === 'logql').map(([, , from]) => from)).toEqual([
    since,
    since,
  ]);
  expect(asked.filter(([, expression]) => expression.includes('graph')).map(([, text]) => text)).toEqual([
    expect.stringContaining(`@ ${since.getTime() / 1000}`),
  ]);
  expect(exemplars.mock.calls.map(([, from]) => from)).toEqual([since]);
});

it('of a service that handles no order, looks for the trace of a request that the check made', async () => {
  const idle = { ...schema, services: { console: { metrics: [], without: [], handlesOrders: false } } };
  const rows = (visits?: Record<string, string>) =>
    rowsOf({
      backends: backendsThat({ services: [] }),
      schema: idle,
      since,
      traceId: 'abc',
      ...(visits ? { visits } : {}),
    });
  const named = (visits?: Record<string, string>): string[] =>
    rows(visits).flatMap(({ what }) => (what.startsWith('console') ? [what] : []));
  expect(named()).toEqual(['console: logs in Loki', 'console: metrics']);
  expect(named({ console: 'def' })).toContain('console: logs of the trace');
  expect(await rows({ console: 'def' })[0]?.ask()).toBe('no span in the trace def');
});

// Guard: what services emit is what the schema says, both ways.
it.each([
  ['a metric that does not come', series.slice(1), 'process_memory_usage_bytes does not come'],
  [
    'a metric that nobody has described',
    [...series, { __name__: 'cups_total' }],
    'cups_total is not in the schema',
  ],
  [
    'an attribute that nobody has described',
    [...series, { __name__: 'orders_rejected_total', reason: 'x', customer: 'ada' }],
    'orders_rejected_total has customer, which the schema does not know',
  ],
])('names %s', async (_what, found, message) => {
  expect((await wrongWith({ series: found }))['producer: metrics']).toBe(message);
});

it('reads what panels and annotations ask, filled in as Grafana would, and which may be quiet', () => {
  const panel = (title: string, type: string, target: object, description = '') => ({
    title,
    description,
    datasource: { type },
    targets: [target],
  });
  const expressions = dashboardExpressions({
    title: 'Board',
    annotations: {
      list: [
        { name: 'Alerts', datasource: { type: 'prometheus' }, target: { expr: 'ALERTS' } },
        { name: 'Deployments', datasource: { type: 'grafana' }, target: { tags: ['deployment'] } },
      ],
    },
    panels: [
      panel('Rate', 'prometheus', { expr: 'rate(a{s=~"$service"}[$__rate_interval])' }),
      panel('Errors', 'loki', { expr: '{a="b"}' }, `(${quietMark})`),
      panel('Traces', 'tempo', { query: '{status=error}' }),
      panel('Text', 'text', {}),
    ],
  });
  expect(expressions).toEqual([
    { of: 'Board: Rate', language: 'promql', text: 'rate(a{s=~".+"}[1m])', expectData: true },
    { of: 'Board: Errors', language: 'logql', text: '{a="b"}', expectData: false },
    { of: 'Board: Traces', language: 'traceql', text: '{status=error}', expectData: true },
    { of: 'Board: annotations Alerts', language: 'promql', text: 'ALERTS', expectData: false },
  ]);
});

it('wants data of an expression unless it may be quiet', async () => {
  const expression = { of: 'Board: Rate', language: 'promql', text: 'up', expectData: true } as const;
  const rows = expressionRows([expression, { ...expression, expectData: false }], backendsThat({ count: 0 }));
  expect(await Promise.all(rows.map(({ ask }) => ask()))).toEqual(['no data for up', undefined]);
});

it('asks again until a row holds', async () => {
  let asked = 0;
  const late = {
    what: 'late',
    ask: async () => {
      asked += 1;
      return asked < 3 ? 'not yet' : undefined;
    },
  };
  const { signal } = new AbortController();
  const [verdict] = await pollRows([late], { deadlineMs: 60_000, intervalMs: 1, signal });
  expect(verdict).toMatchObject({ what: 'late', wrong: undefined });
  expect(asked).toBe(3);
});

// Guard: an edge that is there only sometimes is named, neither passed over nor waited for.
it('waits for no rare row, and tells which were not seen', async () => {
  const rows = [
    { what: 'always', ask: async () => undefined },
    { what: 'seldom', rare: true, ask: async () => 'not there' },
    { what: 'now', rare: true, ask: async () => undefined },
  ];
  const { signal } = new AbortController();
  const verdicts = await pollRows(rows, { deadlineMs: 60_000, intervalMs: 1, signal });
  const { verdicts: left, unseen } = withoutUnseen(rows, verdicts);
  expect(left.map(({ what }) => what)).toEqual(['always', 'now']);
  expect(unseen).toEqual([{ what: 'seldom', reason: 'it is there only sometimes, and was not seen' }]);
});

it('gives up at the deadline, with what is wrong', async () => {
  const rows = [
    { what: 'never', ask: async () => 'missing' },
    {
      what: 'failing',
      ask: async () => {
        throw new Error('away');
      },
    },
  ];
  const { signal } = new AbortController();
  const verdicts = await pollRows(rows, { deadlineMs: 0, intervalMs: 1, signal });
  expect(verdicts.map(({ what, wrong }) => [what, wrong])).toEqual([
    ['never', 'missing'],
    ['failing', 'away'],
  ]);
});
