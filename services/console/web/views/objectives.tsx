import { Progress, SimpleGrid, Text, Title } from '@mantine/core';
import type { MetricSeries } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { percent } from '../format.ts';
import { dashboardLink } from '../grafana-links.ts';
import { Answered } from '../parts/answered.tsx';
import { GrafanaButton } from '../parts/grafana-button.tsx';
import { MetricChart, plain } from '../parts/metric-chart.tsx';
import { Page } from '../parts/page.tsx';
import { useAnswer } from '../use-answer.ts';

const left = '1 - slo:error_ratio:rate3d / on (service, objective) slo:error_budget:ratio';

function Budget({ series: { labels, points } }: { readonly series: MetricSeries }) {
  const share = points.at(-1)?.[1] ?? null;
  const name = `${labels.service}, ${labels.objective}`;
  return (
    <section>
      <Title order={2} size="h3">
        {name}
      </Title>
      <Progress.Root size="xl">
        <Progress.Section
          value={Math.max(0, Math.min(1, share ?? 0)) * 100}
          color="green.8"
          aria-label={`Budget left of ${name}`}
        />
      </Progress.Root>
      <Text>{percent(share)} of the error budget is left, by the last three days.</Text>
    </section>
  );
}

/** What of the SLA may still fail. */
export default function ObjectivesView() {
  const answer = useAnswer<{ series: MetricSeries[] }>(
    consolePath('metrics', { expression: left, minutes: 5 }),
    15_000,
  );
  return (
    <Page
      title="Objectives"
      about="99.9 % of requests for orders are answered without a fault of ours, and 95 % within 500 ms."
      actions={<GrafanaButton to={(grafanaUrl) => dashboardLink(grafanaUrl, 'objectives')} />}
    >
      <Answered answer={answer} what="the budgets">
        {({ series }) =>
          series.length === 0 ? (
            <Text>No request was answered yet that could count.</Text>
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {series.map((one) => (
                <Budget key={JSON.stringify(one.labels)} series={one} />
              ))}
            </SimpleGrid>
          )
        }
      </Answered>
      <MetricChart
        title="Burn rate: 1 uses up the budget in just its time (5 minutes)"
        expression="slo:error_ratio:rate5m / on (service, objective) slo:error_budget:ratio"
        minutes={60}
        format={plain}
      />
    </Page>
  );
}
