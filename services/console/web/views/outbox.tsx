import { SimpleGrid } from '@mantine/core';
import { milliseconds } from '../format.ts';
import { MetricChart, plain } from '../parts/metric-chart.tsx';
import { Page } from '../parts/page.tsx';

/** What is committed and not published yet. */
export default function OutboxView() {
  return (
    <Page
      title="Outbox"
      about="Events are committed with the state that they tell of, and published by a relay. Here is how far it is behind."
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <MetricChart
          title="Age of the oldest event that is not published"
          expression="max by (service_name) (coffee_outbox_lag_milliseconds)"
          minutes={60}
          format={milliseconds}
        />
        <MetricChart
          title="Events published a second"
          expression='sum by (topic) (rate(kafka_partition_current_offset{topic=~"order-events.v1|payments.v1|ai-tasks.v1"}[1m]))'
          minutes={60}
          format={plain}
        />
        <MetricChart
          title="Events that streams has not counted yet"
          expression="max(coffee_streams_lag)"
          minutes={60}
        />
        <MetricChart
          title="Dead letters in the last ten minutes"
          expression="sum by (topic, code) (increase(coffee_dead_letters_total[10m]))"
          minutes={60}
        />
      </SimpleGrid>
    </Page>
  );
}
