import { expect, it } from 'vitest';
import type { Backends } from './backends.ts';
import { withoutAbsent } from './check-telemetry.ts';
import { dashboardExpressions, expressionRows, quietMark } from './expressions.ts';
import { pollRows } from './poll-rows.ts';
import { type RowOptions, rowsOf } from './rows.ts';
import type { TelemetrySchema } from './schema.ts';

const schema: TelemetrySchema = {
  resource: ['service.name'],
  common: {
    signals: ['traces', 'metrics', 'logs'],
    metrics: [{ name: 'process.memory.usage', unit: 'By', type: 'gauge', sometimes: false, attributes: [] }],
  },
  services: {
    producer: {
      logsRequests: true,
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
  edges: [
    { from: 'producer', to: 'consumer', sometimes: false },
    { from: 'producer', to: 'redis', sometimes: false },
    { from: 'producer', to: 'postgresql', sometimes: true },
  ],
  infrastructure: [
    { what: 'Kafka', expression: 'kafka_brokers' },
    { what: 'Tempo', expression: 'up{instance="tempo"}', part: 'tempo' },
  ],
};

const series = [
  { __name__: 'process_memory_usage_bytes', service_name: 'producer', job: 'go-coffee/producer' },
  { __name__: 'orders_accepted_total', service_name: 'producer', instance: 'one' },
  { __name__: 'target_info', service_name: 'producer', host_arch: 'amd64' },
  { __name__: 'service:http_requests:rate1m', service_name: 'producer' },
];

interface Answers {
  readonly series?: readonly Record<string, string>[];
  readonly services?: readonly string[];
  readonly edges?: readonly string[];
  readonly count?: number;
}

/** Backends that say the same to everything. */
const backendsThat = ({
  series: found = series,
  services = ['producer'],
  edges = ['producer → consumer'],
  count = 1,
}: Answers): Backends =>
  ({
    count: async () => count,
    seriesOf: async () => found,
    servicesInTrace: async () => services,
    edgesInTrace: async () => new Set(edges),
  }) as unknown as Backends;

async function wrongWith(
  answers: Answers,
  options: Partial<RowOptions> = {},
): Promise<Record<string, string>> {
  const backends = backendsThat(answers);
  const rows = rowsOf({ backends, schema, since: new Date(), traceId: 'abc', ...options });
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
    'producer: logs in Loki',
    'producer: logs of the trace',
    'producer: metrics',
    'producer → consumer',
    'producer → redis',
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
    'producer: logs in Loki',
    'producer: logs of the trace',
    'producer: metrics',
    'producer → consumer',
    'producer → redis',
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
  const wrong = await wrongWith({ services: [], edges: [], count: 0 });
  expect(Object.keys(wrong)).toEqual([
    'producer: traces in Jaeger',
    'producer: traces in Tempo',
    'producer: logs in Loki',
    'producer: logs of the trace',
    'producer → consumer',
    'producer → redis',
    'Kafka',
    'Tempo',
  ]);
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
