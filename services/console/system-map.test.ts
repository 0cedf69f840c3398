import { expect, it } from 'vitest';
import { systemMap } from '#contracts/http/console.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { fakeUpstream, startConsole } from './tests/start-console.ts';

type Series = readonly (readonly [Record<string, string>, number])[];

/** Answers the queries whose text contains a key; the first that fits. */
const prometheusWith = (answers: readonly (readonly [string, Series])[]) =>
  fakeUpstream(({ query }) => {
    const found = answers.find(([part]) => String(query?.query).includes(part))?.[1] ?? [];
    return { data: { result: found.map(([metric, value]) => ({ metric, value: [1, String(value)] })) } };
  });

async function mapOf(prometheus: ReturnType<typeof prometheusWith>) {
  await using console = await startConsole({ prometheus });
  const answer = await fetch(`${console.url}/console/v1/map`, {
    headers: await signedIn('olivia', 'operator'),
  });
  return systemMap.parse(await answer.json());
}

it('has health and traffic of what is measured', async () => {
  const producer = { service_name: 'producer' };
  const { nodes, edges } = await mapOf(
    prometheusWith([
      [
        'httpcheck_status',
        [
          [{ http_url: 'https://producer:8080/readyz' }, 1],
          [{ http_url: 'https://consumer:8080/readyz' }, 0],
        ],
      ],
      ['kafka_brokers', [[{}, 1]]],
      ['orders_accepted_total', [[{}, 12.5]]],
      ['histogram_quantile(0.95, sum by (service_name', [[producer, 18]]],
      ['http_response_status_code=~"5..', [[producer, 1]]],
      ['http_server_request_duration_seconds_count', [[producer, 20]]],
      ['kafka_consumer_group_lag', [[{ group: 'consumer', topic: 'orders.v1' }, 7]]],
      ['traces_service_graph_request_total', [[{ client: 'consumer', server: 'postgresql' }, 3]]],
    ]),
  );
  const health = Object.fromEntries(nodes.map((node) => [node.id, node.health]));
  expect(health).toMatchObject({
    producer: 'up',
    consumer: 'down',
    streams: 'unknown',
    'orders.v1': 'up',
    postgres: 'unknown',
  });
  const edge = (from: string, to: string) => edges.find((one) => one.from === from && one.to === to);
  expect(edge('edge', 'producer')).toMatchObject({ perSecond: 20, errorShare: 0.05, p95Ms: 18, lag: null });
  expect(edge('producer', 'orders.v1')).toMatchObject({ perSecond: 12.5, errorShare: null });
  expect(edge('orders.v1', 'consumer')).toMatchObject({ lag: 7 });
  expect(edge('consumer', 'postgres')).toMatchObject({ perSecond: 3, errorShare: 0 });
  // Nobody was seen to call it.
  expect(edge('streams', 'redis')).toBeUndefined();
});

it('has services that were added since, by their health checks and what they call', async () => {
  const { nodes, edges } = await mapOf(
    prometheusWith([
      [
        'httpcheck_status',
        [
          [{ http_url: 'https://loyalty:8080/readyz' }, 1],
          [{ http_url: 'https://producer:8080/readyz' }, 1],
          [{ http_url: 'http://jaeger:13133/status' }, 1],
        ],
      ],
      ['traces_service_graph_request_total', [[{ client: 'loyalty', server: 'redis' }, 3]]],
    ]),
  );
  expect(nodes.filter(({ id }) => ['loyalty', 'jaeger'].includes(id))).toEqual([
    { id: 'loyalty', kind: 'service', health: 'up' },
  ]);
  expect(nodes.filter(({ id }) => id === 'producer')).toHaveLength(1);
  expect(edges.filter(({ from }) => from === 'loyalty')).toMatchObject([{ to: 'redis', perSecond: 3 }]);
});

// Guard: a topic that is written to says nothing of who reads it.
it('has what each group works through, not what is published', async () => {
  const orders = { topic: 'orders.v1' };
  const { edges } = await mapOf(
    prometheusWith([
      ['kafka_partition_current_offset', [[orders, 40]]],
      [
        'rate(kafka_consumer_group_offset',
        [
          // Stopped: it commits nothing.
          [{ ...orders, group: 'consumer' }, 0],
          [{ ...orders, group: 'streams' }, 40],
        ],
      ],
      ['kafka_consumer_group_lag', [[{ ...orders, group: 'consumer' }, 2_400]]],
      ['coffee_dead_letters_total', [[{ ...orders, service_name: 'streams' }, 2]]],
      ['_client_seconds_bucket{server=~"producer|consumer|', [[{ client: 'producer' }, 6]]],
      [
        '_server_seconds_bucket',
        [
          [{ client: 'producer', server: 'streams' }, 21],
          [{ client: 'consumer', server: 'streams' }, 99],
        ],
      ],
    ]),
  );
  const edge = (from: string, to: string) => edges.find((one) => one.from === from && one.to === to);
  expect(edge('orders.v1', 'consumer')).toMatchObject({
    ...{ perSecond: 0, errorShare: null, p95Ms: null, lag: 2_400 },
  });
  expect(edge('orders.v1', 'streams')).toMatchObject({ perSecond: 40, errorShare: 0.05, p95Ms: 21 });
  expect(edge('producer', 'orders.v1')).toMatchObject({ errorShare: null, p95Ms: 6, lag: null });
  // Nothing is known of who reads there.
  expect(edge('order-events.v1', 'streams')).toMatchObject({ perSecond: null, errorShare: null, p95Ms: 99 });
});

const healthIn = async (answers: Parameters<typeof prometheusWith>[0]): Promise<Record<string, string>> =>
  Object.fromEntries((await mapOf(prometheusWith(answers))).nodes.map(({ id, health }) => [id, health]));

it('says of what was there and is not any more that it is down', async () => {
  const edge = [{ http_url: 'https://edge:8443/livez' }, 1] as const;
  const before = [
    ['present_over_time(kafka_brokers', [[{}, 1]]],
    ['present_over_time(postgresql_backends', [[{}, 1]]],
    ['present_over_time(redis_clients_connected', [[{}, 1]]],
    ['last_over_time(postgresql_backends', [[{}, 9]]],
  ] as const;
  expect(await healthIn([['httpcheck_status', [edge]], ...before])).toMatchObject({
    'orders.v1': 'down',
    'payments.v1': 'down',
    postgres: 'up',
    redis: 'down',
  });
  // Nobody measures: nothing is known of the parts.
  expect(await healthIn(before)).toMatchObject({ 'orders.v1': 'unknown', postgres: 'up', redis: 'unknown' });
});

it('believes of the chain who follows it', async () => {
  const followed = ['last_over_time(coffee_chain_lag', [[{}, 0]]] as const;
  expect(await healthIn([followed])).toMatchObject({ chain: 'up' });
  expect(await healthIn([followed, ['rate(coffee_rpc_failures_total', [[{}, 9]]]])).toMatchObject({
    chain: 'down',
  });
});

it('has every part, and no figures, while nothing is measured', async () => {
  const { nodes, edges } = await mapOf(prometheusWith([]));
  expect(nodes.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'edge',
      'producer',
      'consumer',
      'streams',
      'web3-payment',
      'ai-orchestrator',
      'postgres',
      'redis',
      'chain',
    ]),
  );
  expect(nodes.every(({ health }) => health === 'unknown')).toBe(true);
  expect(edges.every(({ perSecond, lag }) => perSecond === null && lag === null)).toBe(true);
});
