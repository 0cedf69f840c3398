import type { SystemMap } from '#contracts/http/console.ts';
import type { Prometheus, Sample } from './upstream/prometheus.ts';

type Node = SystemMap['nodes'][number];
type Edge = SystemMap['edges'][number];
type Health = Node['health'];

/** Finds the value of an edge among the samples of a query. */
type Pick = (samples: ReadonlyMap<QueryName, readonly Sample[]>) => number | null;

const window = '1m';
const requests = 'http_server_request_duration_seconds';
const graph = 'traces_service_graph_request';

const services = ['producer', 'consumer', 'streams', 'web3-payment', 'ai-orchestrator'] as const;

/** What is asked, once for all edges. */
const queries = {
  ready: 'max by (http_url) (last_over_time(httpcheck_status{http_status_class="2xx"}[1m]))',
  brokers: 'max(last_over_time(kafka_brokers[1m]))',
  brokersBefore: 'max(present_over_time(kafka_brokers[1d]))',
  backends: 'max(last_over_time(postgresql_backends[2m]))',
  backendsBefore: 'max(present_over_time(postgresql_backends[1d]))',
  clients: 'max(last_over_time(redis_clients_connected[1m]))',
  clientsBefore: 'max(present_over_time(redis_clients_connected[1d]))',
  blocks: 'max(last_over_time(coffee_chain_lag[1m]))',
  // As in the alert ChainUnreachable.
  rpcFailed: 'max(sum by (chain, endpoint) (rate(coffee_rpc_failures_total[2m]))) * 120 > 5',
  edge: `sum(rate(edge_requests_total[${window}]))`,
  edgeFailed: `sum(rate(edge_requests_total{status=~"5.."}[${window}]))`,
  edgeP95: `1000 * histogram_quantile(0.95, sum by (le) (rate(edge_request_seconds_bucket[${window}])))`,
  http: `sum by (service_name) (rate(${requests}_count[${window}]))`,
  httpFailed: `sum by (service_name) (rate(${requests}_count{http_response_status_code=~"5.."}[${window}]))`,
  httpP95: `1000 * histogram_quantile(0.95, sum by (service_name, le) (rate(${requests}_bucket[${window}])))`,
  accepted: `sum(rate(orders_accepted_total[${window}]))`,
  topics: `sum by (topic) (rate(kafka_partition_current_offset[${window}]))`,
  lag: 'sum by (group, topic) (kafka_consumer_group_lag)',
  // What a group has committed: of one that is stopped it stays as it is.
  consumed: `sum by (group, topic) (rate(kafka_consumer_group_offset[${window}]))`,
  buried: `sum by (service_name, topic) (rate(coffee_dead_letters_total[${window}]))`,
  calls: `sum by (client, server) (rate(${graph}_total[${window}]))`,
  callsFailed: `sum by (client, server) (rate(${graph}_failed_total[${window}]))`,
  // What services send to services goes through Kafka.
  sentP95: `1000 * histogram_quantile(0.95, sum by (client, le) (rate(${graph}_client_seconds_bucket{server=~"${services.join('|')}"}[${window}])))`,
  callsP95: `1000 * histogram_quantile(0.95, sum by (client, server, le) (rate(${graph}_server_seconds_bucket[${window}])))`,
} as const;
type QueryName = keyof typeof queries;

const value = (name: QueryName, labels: Readonly<Record<string, string>> = {}): Pick => {
  const wanted = Object.entries(labels);
  return (samples) =>
    samples.get(name)?.find((sample) => wanted.every(([label, text]) => sample.labels[label] === text))
      ?.value ?? null;
};
const none: Pick = () => null;

interface EdgeDefinition {
  readonly from: string;
  readonly to: string;
  readonly perSecond: Pick;
  readonly failedPerSecond: Pick;
  readonly p95Ms: Pick;
  readonly lag: Pick;
}

/** Who publishes to a topic: one service each. */
const publishers = {
  'orders.v1': 'producer',
  'order-events.v1': 'consumer',
  'payments.v1': 'web3-payment',
  'analytics.v1': 'streams',
  'ai-tasks.v1': 'ai-orchestrator',
} as const;
type Topic = keyof typeof publishers;

/** How long sending takes, of messages that somebody reads. What fails is sent again, and is no share of anything. */
const publishes = (topic: Topic, perSecond: Pick = value('topics', { topic })): EdgeDefinition => ({
  from: publishers[topic],
  to: topic,
  perSecond,
  failedPerSecond: none,
  p95Ms: value('sentP95', { client: publishers[topic] }),
  lag: none,
});
/**
 * A consumer group is called as its service is. What it works through flows, what it has not read yet waits, and what it
 * could not process fails; how long it takes is that of sampled traces.
 */
const reads = (topic: Topic, group: (typeof services)[number]): EdgeDefinition => ({
  from: topic,
  to: group,
  perSecond: value('consumed', { topic, group }),
  failedPerSecond: value('buried', { topic, service_name: group }),
  p95Ms: value('callsP95', { client: publishers[topic], server: group }),
  lag: value('lag', { topic, group }),
});
/** From the service graph, which is made of sampled traces: how often is a share, how long and whether it failed is not. */
const calls = (client: string, server: string, to: string): EdgeDefinition => ({
  from: client,
  to,
  perSecond: value('calls', { client, server }),
  failedPerSecond: value('callsFailed', { client, server }),
  p95Ms: value('callsP95', { client, server }),
  lag: none,
});

function callsOfStores(service: string): EdgeDefinition[] {
  return [calls(service, 'postgresql', 'postgres'), calls(service, 'redis', 'redis')];
}

const definitions: readonly EdgeDefinition[] = [
  {
    from: 'clients',
    to: 'edge',
    perSecond: value('edge'),
    failedPerSecond: value('edgeFailed'),
    p95Ms: value('edgeP95'),
    lag: none,
  },
  {
    from: 'edge',
    to: 'producer',
    perSecond: value('http', { service_name: 'producer' }),
    failedPerSecond: value('httpFailed', { service_name: 'producer' }),
    p95Ms: value('httpP95', { service_name: 'producer' }),
    lag: none,
  },
  publishes('orders.v1', value('accepted')),
  reads('orders.v1', 'consumer'),
  reads('orders.v1', 'streams'),
  publishes('order-events.v1'),
  reads('order-events.v1', 'streams'),
  reads('order-events.v1', 'web3-payment'),
  reads('order-events.v1', 'ai-orchestrator'),
  publishes('payments.v1'),
  reads('payments.v1', 'consumer'),
  reads('payments.v1', 'streams'),
  publishes('analytics.v1'),
  reads('analytics.v1', 'ai-orchestrator'),
  publishes('ai-tasks.v1'),
  ...services.flatMap(callsOfStores),
  calls('web3-payment', 'jsonrpc', 'chain'),
];

const kinds: Readonly<Record<string, Node['kind']>> = {
  clients: 'entrance',
  edge: 'entrance',
  postgres: 'store',
  redis: 'store',
  chain: 'chain',
};
const kindOf = (id: string): Node['kind'] => kinds[id] ?? (id.endsWith('.v1') ? 'topic' : 'service');

interface Presence {
  readonly now: QueryName;
  readonly before: QueryName;
}

/** What says that it is there, or was within a day, for parts that no health check asks. */
const presence: Readonly<Record<string, Presence>> = {
  postgres: { now: 'backends', before: 'backendsBefore' },
  redis: { now: 'clients', before: 'clientsBefore' },
};
const presenceOfTopics: Presence = { now: 'brokers', before: 'brokersBefore' };

const hostOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;

/** By who follows it: its figures are absent when that is away, and stay as they were when the chain is. */
function healthOfChain(has: (query: QueryName) => boolean): Health {
  if (has('rpcFailed')) return 'down';
  return has('blocks') ? 'up' : 'unknown';
}

/**
 * A figure of yesterday is none of now: what was there and is absent for longer than its window is down. While the collector
 * tells of nothing, it is the collector that is missed.
 */
function healthOf(id: string, samples: ReadonlyMap<QueryName, readonly Sample[]>): Health {
  const has = (query: QueryName): boolean => (samples.get(query)?.length ?? 0) > 0;
  const asked = id.endsWith('.v1') ? presenceOfTopics : presence[id];
  if (asked && has(asked.now)) return 'up';
  if (asked) return has(asked.before) && has('ready') ? 'down' : 'unknown';
  if (id === 'chain') return healthOfChain(has);
  const check = samples.get('ready')?.find(({ labels }) => hostOf(labels.http_url) === id);
  if (!check) return 'unknown';
  return check.value > 0 ? 'up' : 'down';
}

/** Whoever says that it is ready, as services do, and is at no edge that is known here: the console, and services to come. */
function otherServices(samples: ReadonlyMap<QueryName, readonly Sample[]>): string[] {
  const known = new Set(definitions.flatMap(({ from, to }) => [from, to]));
  const hosts = (samples.get('ready') ?? [])
    .filter(({ labels }) => labels.http_url?.endsWith('/readyz'))
    .map(({ labels }) => hostOf(labels.http_url))
    .filter((host) => host !== undefined);
  return [...new Set(hosts)].filter((host) => !known.has(host)).toSorted();
}

function edgeOf(definition: EdgeDefinition, samples: ReadonlyMap<QueryName, readonly Sample[]>): Edge {
  const perSecond = definition.perSecond(samples);
  const failed = definition.failedPerSecond(samples) ?? 0;
  return {
    from: definition.from,
    to: definition.to,
    perSecond,
    errorShare: definition.failedPerSecond === none || !perSecond ? null : failed / perSecond,
    p95Ms: definition.p95Ms(samples),
    lag: definition.lag(samples),
  };
}

/**
 * What goes where, and how it is: everything from Prometheus. Edges to stores that were not seen in a trace are left out.
 *
 * @throws AppError `dependency-unavailable` when Prometheus does not answer.
 */
export async function readSystemMap(prometheus: Prometheus, now: Date): Promise<SystemMap> {
  const names = Object.keys(queries) as QueryName[];
  const answers = await Promise.all(
    names.map(async (name) => [name, await prometheus.now(queries[name])] as const),
  );
  const samples = new Map(answers);
  const others = otherServices(samples);
  const all = [...definitions, ...others.flatMap(callsOfStores)];
  const edges = all
    .map((definition) => edgeOf(definition, samples))
    .filter(({ to, perSecond }) => perSecond !== null || !['postgres', 'redis'].includes(to));
  const ids = new Set([...definitions.flatMap(({ from, to }) => [from, to]), ...others]);
  const nodes = [...ids].map((id) => ({ id, kind: kindOf(id), health: healthOf(id, samples) }));
  return { asOf: now.toISOString(), nodes, edges };
}
