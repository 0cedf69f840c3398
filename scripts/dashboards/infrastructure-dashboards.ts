import type { DashboardDescription } from './dashboard.ts';
import { figure, graph, list } from './panels.ts';

export const infrastructure: DashboardDescription = {
  uid: 'infrastructure',
  title: 'Infrastructure',
  description: 'The machine, its data stores, and telemetry itself.',
  rows: [
    {
      title: 'Machine',
      panels: [
        graph(
          { title: 'CPU', unit: 'percentunit' },
          { '{{state}}': 'avg by (state) (system_cpu_utilization_ratio{state!="idle"})' },
        ),
        graph(
          { title: 'Memory', unit: 'bytes' },
          { '{{state}}': 'sum by (state) (system_memory_usage_bytes)' },
        ),
        graph(
          { title: 'Disk', unit: 'percentunit' },
          { '{{mountpoint}}': 'max by (mountpoint) (system_filesystem_utilization_ratio)' },
        ),
        graph(
          { title: 'Load', description: 'Processes that run or want to, by core.' },
          { load: 'system_cpu_load_average_1m / on () group_left () max(system_cpu_logical_count)' },
        ),
        graph(
          { title: 'CPU of services', unit: 'percentunit', description: 'Of one core.' },
          {
            '{{service_name}}':
              'sum by (service_name) (rate(process_cpu_time_seconds_total[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Memory of services', unit: 'bytes' },
          { '{{service_name}}': 'sum by (service_name) (process_memory_usage_bytes)' },
        ),
      ],
    },
    {
      title: 'Containers',
      panels: [
        graph(
          { title: 'CPU of containers', description: 'In cores.' },
          { '{{container}}': 'container:cpu_usage:cores' },
        ),
        graph(
          { title: 'Memory of containers', unit: 'bytes' },
          { '{{container}}': 'container:memory_usage:bytes' },
        ),
      ],
    },
    {
      title: 'PostgreSQL and Redis',
      panels: [
        graph(
          { title: 'Connections of PostgreSQL' },
          { taken: 'sum(postgresql_backends)', most: 'max(postgresql_connection_max)' },
        ),
        graph(
          { title: 'Transactions', unit: 'ops' },
          {
            committed: 'sum(rate(postgresql_commits_total[$__rate_interval]))',
            'rolled back': 'sum(rate(postgresql_rollbacks_total[$__rate_interval]))',
          },
        ),
        graph({ title: 'Size of the database', unit: 'bytes' }, { size: 'sum(postgresql_db_size_bytes)' }),
        graph(
          { title: 'Memory of Redis', unit: 'bytes' },
          { used: 'max(redis_memory_used_bytes)', resident: 'max(redis_memory_rss_bytes)' },
        ),
        graph(
          { title: 'Commands of Redis', unit: 'ops' },
          { commands: 'sum(rate(redis_commands_processed_total[$__rate_interval]))' },
        ),
        graph(
          { title: 'Keys of Redis found', unit: 'percentunit' },
          {
            hits: 'sum(rate(redis_keyspace_hits_total[5m])) / (sum(rate(redis_keyspace_hits_total[5m])) + sum(rate(redis_keyspace_misses_total[5m])))',
          },
        ),
      ],
    },
    {
      title: 'Telemetry',
      panels: [
        graph(
          { title: 'Sent by the collector', unit: 'ops' },
          {
            '{{exporter}}':
              'sum by (exporter) (rate({__name__=~"otelcol_exporter_sent_(spans|log_records)_total"}[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Queues on disk', unit: 'percentunit' },
          {
            '{{exporter}}':
              'max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)',
          },
        ),
        graph(
          { title: 'Memory of the backends', unit: 'bytes' },
          {
            '{{instance}}': 'process_resident_memory_bytes',
            collector: 'max(otelcol_process_memory_rss_bytes)',
          },
        ),
      ],
    },
  ],
};

export const kafkaAndDelivery: DashboardDescription = {
  uid: 'delivery',
  title: 'Kafka and delivery',
  description: 'Whether what was accepted arrives: topics, consumer groups, outbox, dead letters.',
  rows: [
    {
      title: 'Kafka',
      panels: [
        figure({ title: 'Brokers', width: 4 }, { brokers: 'max(kafka_brokers)' }),
        figure(
          { title: 'Replicas not in sync', width: 4 },
          { missing: 'sum(kafka_partition_replicas) - sum(kafka_partition_replicas_in_sync)' },
        ),
        graph(
          { title: 'Messages written', unit: 'ops', width: 16 },
          {
            '{{topic}}':
              'sum by (topic) (rate(kafka_partition_current_offset[$__rate_interval])) > 0 or sum by (topic) (rate(kafka_partition_current_offset{topic="orders.v1"}[$__rate_interval]))',
          },
        ),
      ],
    },
    {
      title: 'Consumer groups',
      panels: [
        graph(
          { title: 'Lag', width: 12 },
          { '{{group}} {{topic}}': 'sum by (group, topic) (kafka_consumer_group_lag)' },
        ),
        graph(
          { title: 'Members', width: 12 },
          { '{{group}}': 'max by (group) (kafka_consumer_group_members)' },
        ),
      ],
    },
    {
      title: 'Outbox and dead letters',
      panels: [
        graph(
          { title: 'Outbox lag', unit: 'ms' },
          { '{{service_name}}': 'max by (service_name) (coffee_outbox_lag_milliseconds)' },
        ),
        graph(
          { title: 'Behind the clock', unit: 'ms', description: 'The watermark of the streams service.' },
          { watermark: 'max(coffee_streams_watermark_age_milliseconds)' },
        ),
        graph(
          { title: 'Dead letters', quiet: true },
          { '{{topic}} {{code}}': 'sum by (topic, code) (increase(coffee_dead_letters_total[$__range]))' },
        ),
      ],
    },
  ],
};

export const security: DashboardDescription = {
  uid: 'security',
  title: 'Security',
  description: 'Who was refused, what the firewall blocks, and how long certificates are valid.',
  rows: [
    {
      title: 'Refused',
      panels: [
        graph(
          { title: 'Not authenticated, not allowed', unit: 'reqps', quiet: true },
          {
            '{{service_name}} {{http_response_status_code}}':
              'sum by (service_name, http_response_status_code) (rate(http_server_request_duration_seconds_count{http_response_status_code=~"401|403"}[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Outcomes at the edge', unit: 'reqps' },
          { '{{outcome}}': 'sum by (outcome) (rate(edge_requests_total[$__rate_interval]))' },
        ),
        graph(
          { title: 'Blocked by the firewall', unit: 'reqps', quiet: true },
          { blocked: 'sum(rate(edge_requests_total{outcome="blocked"}[$__rate_interval]))' },
        ),
        graph(
          { title: 'Refused by limits', unit: 'reqps', quiet: true },
          {
            '{{outcome}}':
              'sum by (outcome) (rate(edge_requests_total{outcome=~".*-limited"}[$__rate_interval]))',
          },
        ),
        graph(
          { title: 'Sign-ins', unit: 'ops', quiet: true },
          { '{{outcome}}': 'sum by (outcome) (rate(identity_sign_ins_total[$__rate_interval]))' },
        ),
        graph(
          { title: 'Unusual orders', quiet: true },
          { '{{kind}}': 'sum by (kind) (increase(coffee_streams_anomalies_total[$__range]))' },
        ),
      ],
    },
    {
      title: 'Certificates',
      panels: [list({ title: 'Valid for (seconds)', width: 24 }, 'sort(certificate:remaining:seconds)')],
    },
  ],
};
