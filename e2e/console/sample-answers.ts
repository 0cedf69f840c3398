import type { Admin } from 'kafkajs';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import type { Logs } from '../../scripts/console-agent/logs.ts';
import { partitionOf } from '../../services/console/kafka/key-partition.ts';
import type { UpstreamRequest } from '../../services/console/upstream/upstream.ts';

/** What the parts behind the console answer on the stage: of the shapes that they have, with something in each view. */

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
export const runId = '5f0c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b';
const taskId = '0f3c1b9e-6a55-4a0c-9f0e-1c2d3e4f5a6b';
const hour = 3_600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

const labelsOf = (query: string): Record<string, string>[] => {
  // What asks whether there is too much of something: there is not.
  if (/ > \d+$/.test(query)) return [];
  if (query.includes('httpcheck_status'))
    return ['producer', 'consumer', 'streams', 'edge', 'console'].map((name) => ({
      http_url: `https://${name}:8080/readyz`,
    }));
  if (query.includes('slo:'))
    return ['availability', 'latency'].map((objective) => ({ service: 'producer', objective }));
  if (query.includes('container:')) return ['producer', 'consumer'].map((container) => ({ container }));
  if (query.includes('(group, topic)')) return [{ group: 'consumer', topic: 'orders.v1' }];
  if (query.includes('by (topic)')) return [{ topic: 'orders.v1' }, { topic: 'order-events.v1' }];
  if (query.includes('service_graph')) return [{ client: 'consumer', server: 'postgresql' }];
  return [{ service_name: 'producer' }];
};

/** Plausible: two a second, some milliseconds, few that wait and none that fail. */
function scaleOf(query: string): number {
  if (/5\.\.|failed|error/.test(query)) return 0;
  if (query.startsWith('1000 *')) return 18;
  if (query.includes('_lag')) return 3;
  if (query.includes('slo:')) return 0.4;
  return query.includes('quantile') ? 0.018 : 2;
}

const alert = {
  state: 'firing',
  labels: { alertname: 'KafkaUnreachable', severity: 'page', service: 'kafka' },
  annotations: { summary: 'Kafka can not be reached' },
  activeAt: ago(hour),
};

export function prometheus({ path, query }: UpstreamRequest): unknown {
  if (path.endsWith('/alerts')) return { data: { alerts: [alert] } };
  const now = Date.now() / 1_000;
  const asked = String(query?.query);
  const scale = scaleOf(asked);
  const result = labelsOf(asked).map((metric, index) => {
    const value = `${scale * (1 + index)}`;
    const values = Array.from({ length: 30 }, (_, point) => [
      now - 15 * (29 - point),
      `${scale * (1 + index + Math.sin(point / 5) / 4)}`,
    ]);
    return { metric, value: [now, value], values };
  });
  return { data: { result } };
}

const nanoseconds = (ms: number): string => `${Math.round(ms)}000000`;

/** What Jaeger 2.13 knows of a search; it refuses one without a number of traces. */
const jaegerParameters = [
  'service_name',
  'operation_name',
  'start_time_min',
  'start_time_max',
  'duration_min',
  'num_traces',
];

export function jaeger({ query = {} }: UpstreamRequest): unknown {
  const unknown = Object.keys(query).filter((name) => !jaegerParameters.includes(name.replace('query.', '')));
  if (unknown.length > 0) throw new Error(`Jaeger knows no ${unknown.join(', ')}.`);
  const begin = Date.now() - hour / 60;
  const span = (
    service: string,
    spanId: string,
    parentSpanId: string,
    name: string,
    from: number,
    to: number,
    code = 0,
  ) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId,
            parentSpanId,
            name,
            startTimeUnixNano: nanoseconds(begin + from),
            endTimeUnixNano: nanoseconds(begin + to),
            attributes: [{ key: 'http.route', value: { stringValue: '/v1/orders' } }],
            // As Jaeger has it: what is unset is left out.
            status: code === 0 ? {} : { code },
          },
        ],
      },
    ],
  });
  return {
    result: {
      resourceSpans: [
        span('producer', '1', '', 'POST /v1/orders', 0, 18),
        span('producer', '2', '1', 'send orders.v1', 4, 15),
        span('consumer', '3', '2', 'process orders.v1', 22, 61),
        span('web3-payment', '4', '3', 'process order-events.v1', 80, 120, 2),
      ],
    },
  };
}

export function loki(): unknown {
  const stream = { service_name: 'producer', severity_text: 'INFO', trace_id: traceId, route: '/v1/orders' };
  return { data: { result: [{ stream, values: [[nanoseconds(Date.now()), 'request answered']] }] } };
}

/** As the containers' files have them, where there is no Loki. */
export const containerLogs: Logs = {
  find: ({ traceId: wanted }) => {
    const line = (service: string, message: string, fields: Record<string, string>) => ({
      ...{ at: new Date().toISOString(), service, level: 'info', message, fields },
      traceId: wanted ?? traceId,
    });
    const lines = [
      line('consumer', 'message processed', { topic: 'orders.v1', type: 'dev.gocoffee.order.place.v1' }),
      line('producer', 'request answered', { route: '/v1/orders', status: '202' }),
    ];
    return Promise.resolve({ source: 'containers', lines, complete: true });
  },
};

const run = {
  id: runId,
  definition: 'restock',
  version: 1,
  status: 'running',
  trigger: 'order-events.v1',
  input: {},
  result: null,
  error: null,
  createdAt: ago(hour),
  finishedAt: null,
};
const task = {
  id: taskId,
  kind: 'approval',
  title: 'Order 20 kg of beans',
  details: { kilograms: 20 },
  assignee: null,
  runId,
  note: null,
  dueAt: null,
  createdAt: ago(hour),
  closedAt: null,
  closedBy: null,
};

/** Remembers what was decided. */
export function agents(): (what: UpstreamRequest) => unknown {
  let status = 'open';
  return ({ path }) => {
    if (path.endsWith('/complete')) status = 'completed';
    if (path.endsWith('/fail')) status = 'failed';
    if (path === '/v1/tasks')
      return { tasks: status === 'open' ? [{ ...task, status }] : [], nextBefore: null };
    if (path.startsWith('/v1/tasks/')) return { ...task, status };
    if (path === '/v1/runs') return { runs: [run], nextBefore: null };
    const step = {
      number: 0,
      name: 'forecast',
      startedAt: ago(hour),
      finishedAt: ago(hour - 1_500),
      output: 20,
      error: null,
    };
    return { ...run, steps: [step] };
  };
}

export const inbox = (): unknown => ({
  notifications: [
    {
      id: 1,
      receivedAt: ago(hour),
      receiver: 'inbox',
      status: 'firing',
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: ago(hour),
    },
  ],
});

/** Chaos of this seed has ended as soon as it has begun, with this report. */
export const seedThatEnds = '7';
export const chaosReport = JSON.stringify({
  findings: [],
  reconciliation: { lost: 0, duplicated: 0, stuck: 0, servedUnpaid: 0, figures: { accepted: 1_204 } },
});

const begun = Date.now();
const ids = Array.from({ length: 12 }, (_, id) => id);

/** As much of kafkajs' admin as is asked. */
export const kafkaAdmin = {
  connect: () => Promise.resolve(),
  fetchTopicMetadata: () =>
    Promise.resolve({
      topics: ['orders.v1', 'order-events.v1', 'orders.v1.dlq'].map((name) => ({
        name,
        partitions: ids.map((partitionId) => ({ partitionId, leader: 1, replicas: [1], isr: [1] })),
      })),
    }),
  fetchTopicOffsets: () =>
    Promise.resolve(ids.map((partition) => ({ partition, low: '0', high: '3', offset: '3' }))),
  // All was written as the stage began.
  fetchTopicOffsetsByTimestamp: (_topic: string, timestamp: number) =>
    Promise.resolve(ids.map((partition) => ({ partition, offset: timestamp < begun ? '0' : '3' }))),
  listGroups: () => Promise.resolve({ groups: [{ groupId: 'consumer', protocolType: 'consumer' }] }),
  describeGroups: () =>
    Promise.resolve({ groups: [{ groupId: 'consumer', state: 'Stable', members: [{}] }] }),
  fetchOffsets: () =>
    Promise.resolve([
      { topic: 'orders.v1', partitions: ids.map((partition) => ({ partition, offset: '2' })) },
    ]),
} as unknown as Admin;

/** A message about an order, in the partition of its key. */
export function messageOf(topic: string, orderId: string, type: string, offset = 0): IncomingMessage {
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${type}-${orderId}`,
    ce_type: type,
    ce_source: '/services/consumer',
    ce_subject: orderId,
    ce_time: new Date().toISOString(),
    'content-type': 'application/json',
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  };
  return {
    topic,
    partition: partitionOf(orderId, ids.length),
    offset: String(offset),
    key: orderId,
    value: Buffer.from(JSON.stringify({ orderId, totalCents: 450 })),
    headers: topic.endsWith('.dlq') ? { ...headers, dlq_error_code: 'malformed-event' } : headers,
    timestampMs: Date.now(),
  };
}
