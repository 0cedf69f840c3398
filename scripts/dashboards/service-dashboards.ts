import type { DashboardDescription } from './dashboard.ts';
import { figure, graph, list, logLines, topology, traceList } from './panels.ts';

const requests = 'http_server_request_duration_seconds';
const ofService = 'service_name=~"$service"';

const quantiles = (by: string, selector: string, step = '$__rate_interval'): Record<string, string> =>
  Object.fromEntries(
    [50, 95, 99].map((percent) => [
      `P${percent}`,
      `histogram_quantile(${percent / 100}, sum by (${by}) (rate(${requests}_bucket{${selector}}[${step}])))`,
    ]),
  );

/** Health, rate, errors, duration and saturation of every service. */
export const serviceOverview: DashboardDescription = {
  uid: 'services',
  title: 'Service Overview',
  description: 'Health, requests, errors, duration and saturation of each service.',
  byService: true,
  rows: [
    {
      title: 'Health',
      panels: [
        list(
          { title: 'Ready', description: '1: it answered its last check with 2xx.', width: 12 },
          'max by (http_url) (httpcheck_status{http_status_class="2xx"})',
        ),
        list(
          { title: 'Active alerts', quiet: true, width: 12 },
          'sum by (alertname, severity, service) (ALERTS{alertstate="firing"})',
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        graph(
          { title: 'Requests', unit: 'reqps' },
          {
            '{{service_name}}': `sum by (service_name) (rate(${requests}_count{${ofService}}[$__rate_interval]))`,
          },
        ),
        graph(
          {
            title: 'Errors',
            unit: 'percentunit',
            description: '4xx are the clients’, 5xx ours.',
            quiet: true,
          },
          Object.fromEntries(
            ['4', '5'].map((status) => [
              `{{service_name}} ${status}xx`,
              `sum by (service_name) (rate(${requests}_count{${ofService},http_response_status_code=~"${status}.."}[$__rate_interval])) / on (service_name) sum by (service_name) (rate(${requests}_count{${ofService}}[$__rate_interval]))`,
            ]),
          ),
        ),
        graph({ title: 'Duration', unit: 's' }, quantiles('le', ofService)),
      ],
    },
    {
      title: 'Saturation',
      panels: [
        graph(
          { title: 'CPU', unit: 'percentunit', description: 'Of one core.' },
          {
            '{{service_name}}': `sum by (service_name) (rate(process_cpu_time_seconds_total{${ofService}}[$__rate_interval]))`,
          },
        ),
        graph(
          { title: 'Memory', unit: 'bytes' },
          { '{{service_name}}': `sum by (service_name) (process_memory_usage_bytes{${ofService}})` },
        ),
        graph(
          { title: 'Event loop delay (P99)', unit: 's' },
          { '{{service_name}}': `max by (service_name) (nodejs_eventloop_delay_p99_seconds{${ofService}})` },
        ),
        graph(
          { title: 'Event loop utilisation', unit: 'percentunit' },
          { '{{service_name}}': `max by (service_name) (nodejs_eventloop_utilization_ratio{${ofService}})` },
        ),
        graph(
          { title: 'Garbage collection', unit: 'percentunit', description: 'Part of the time.' },
          {
            '{{service_name}}': `sum by (service_name) (rate(v8js_gc_duration_seconds_sum{${ofService}}[$__rate_interval]))`,
          },
        ),
        graph(
          { title: 'Database operations (P95)', unit: 's' },
          {
            '{{service_name}}': `histogram_quantile(0.95, sum by (service_name, le) (rate(db_client_operation_duration_seconds_bucket{${ofService}}[$__rate_interval])))`,
          },
        ),
      ],
    },
    {
      title: 'Who calls whom',
      panels: [topology({ title: 'Service graph', description: 'Topology only: sampled spans, no rates.' })],
    },
  ],
};

export const objectives: DashboardDescription = {
  uid: 'objectives',
  title: 'SLO & error budget',
  description: 'The objectives of the SLA: 99.9 % of requests without a fault of ours, 95 % within 500 ms.',
  rows: [
    {
      title: 'Now',
      panels: [
        figure(
          { title: 'Availability (1 h)', unit: 'percentunit', width: 6 },
          { availability: '1 - slo:error_ratio:rate1h{objective="availability"}' },
        ),
        figure(
          { title: 'P95 (5 min)', unit: 's', width: 6 },
          {
            p95: `histogram_quantile(0.95, sum by (le) (rate(${requests}_bucket{service_name="producer"}[5m])))`,
          },
        ),
        figure(
          { title: 'Budget left (3 days)', unit: 'percentunit', width: 6 },
          { '{{objective}}': '1 - slo:error_ratio:rate3d / on (service, objective) slo:error_budget:ratio' },
        ),
        figure(
          { title: 'Requests a second', unit: 'reqps', width: 6 },
          { rate: 'service:http_requests:rate1m{service_name="producer"}' },
        ),
      ],
    },
    {
      title: 'Burn rate',
      panels: [
        graph(
          { title: 'Burn rate, 5 min', description: 'Above 14.4 for an hour: a page.', width: 12 },
          { '{{objective}}': 'slo:error_ratio:rate5m / on (service, objective) slo:error_budget:ratio' },
        ),
        graph(
          { title: 'Burn rate, 1 h', width: 12 },
          { '{{objective}}': 'slo:error_ratio:rate1h / on (service, objective) slo:error_budget:ratio' },
        ),
      ],
    },
  ],
};

/** From a bucket of latency to a trace, from the trace to its logs. */
export const orderJourney: DashboardDescription = {
  uid: 'order-journey',
  title: 'Order journey',
  description: 'From an exemplar to its trace, and from the trace to its logs.',
  rows: [
    {
      title: 'Latency',
      panels: [
        graph(
          {
            title: 'Requests that were traced, by duration',
            unit: 's',
            description:
              'Each point is an exemplar: it leads to its trace. Rates and percentiles are on the other dashboards.',
            width: 24,
            exemplars: true,
          },
          {
            P95: 'histogram_quantile(0.95, sum by (le) (rate(traces_kept_duration_seconds_bucket{service_name="producer",span_kind="SPAN_KIND_SERVER"}[5m])))',
          },
        ),
      ],
    },
    {
      title: 'Traces',
      panels: [
        traceList(
          { title: 'Orders', width: 12 },
          '{resource.service.name="producer" && name="POST /v1/orders"}',
        ),
        traceList(
          { title: 'Slow or failed', width: 12, quiet: true },
          '{status=error || (kind=server && duration>500ms)}',
        ),
      ],
    },
    {
      title: 'Logs',
      panels: [
        logLines(
          { title: 'What services say of orders' },
          '{service_name=~"producer|consumer|streams|web3-payment|ai-orchestrator"} | trace_id != ""',
        ),
      ],
    },
  ],
};
