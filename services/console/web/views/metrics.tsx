import { Button, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { bytes, milliseconds, percent } from '../format.ts';
import { dashboardLink, metricLink } from '../grafana-links.ts';
import { Form, textsOf } from '../parts/form.tsx';
import { GrafanaButton } from '../parts/grafana-button.tsx';
import { MetricChart, plain } from '../parts/metric-chart.tsx';
import { Page } from '../parts/page.tsx';

const requests = 'http_server_request_duration_seconds';
const inSeconds = (value: number): string => milliseconds(value * 1_000);

const charts = [
  { title: 'Orders accepted a second', expression: 'sum(rate(orders_accepted_total[1m]))', format: plain },
  {
    title: 'Requests a second',
    expression: `sum by (service_name) (rate(${requests}_count[1m]))`,
    format: plain,
  },
  {
    title: 'P95 of requests',
    expression: `histogram_quantile(0.95, sum by (service_name, le) (rate(${requests}_bucket[1m])))`,
    format: inSeconds,
  },
  {
    title: 'Requests that fail',
    expression: `sum by (service_name) (rate(${requests}_count{http_response_status_code=~"5.."}[1m])) / sum by (service_name) (rate(${requests}_count[1m]))`,
    format: percent,
  },
  {
    title: 'Messages that wait',
    expression: 'sum by (group, topic) (kafka_consumer_group_lag)',
    format: plain,
  },
  { title: 'CPU, cores', expression: 'container:cpu_usage:cores', format: plain },
  { title: 'Memory', expression: 'container:memory_usage:bytes', format: bytes },
  {
    title: 'Delay of the event loop, P99',
    expression: 'max by (service_name) (nodejs_eventloop_delay_p99_seconds)',
    format: inSeconds,
  },
] as const;

/** The usual charts, and one for any expression. */
export default function MetricsView() {
  const [minutes, setMinutes] = useState(15);
  const [expression, setExpression] = useState('');
  return (
    <Page
      title="Metrics"
      about="By Prometheus. What was broken on purpose is marked red."
      actions={
        <GrafanaButton
          to={(grafanaUrl) =>
            expression === ''
              ? dashboardLink(grafanaUrl, 'services')
              : metricLink(grafanaUrl, expression, minutes)
          }
        />
      }
    >
      <Form label="Show a metric" onSend={(form) => setExpression((textsOf(form).expression ?? '').trim())}>
        <NativeSelect
          label="Within"
          value={String(minutes)}
          onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
          data={[
            { value: '15', label: '15 min' },
            { value: '60', label: '1 h' },
            { value: '360', label: '6 h' },
            { value: '1440', label: '1 day' },
          ]}
        />
        <TextInput
          name="expression"
          label="PromQL"
          maxLength={2_000}
          style={{ flexGrow: 1 }}
          ff="monospace"
        />
        <Button type="submit">Show</Button>
      </Form>
      {expression !== '' && <MetricChart title={expression} expression={expression} minutes={minutes} />}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {charts.map((chart) => (
          <MetricChart key={chart.title} {...chart} minutes={minutes} />
        ))}
      </SimpleGrid>
    </Page>
  );
}
