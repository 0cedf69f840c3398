import { aiAndCost, business } from './business-dashboards.ts';
import { buildDashboard, type DashboardDescription } from './dashboard.ts';
import { infrastructure, kafkaAndDelivery, security } from './infrastructure-dashboards.ts';
import { objectives, orderJourney, serviceOverview } from './service-dashboards.ts';

export const dashboards: readonly DashboardDescription[] = [
  serviceOverview,
  infrastructure,
  business,
  security,
  orderJourney,
  objectives,
  kafkaAndDelivery,
  aiAndCost,
];

/** All dashboards as JSON by path: `./coffee sync` writes them. */
export function dashboardFiles(): Map<string, string> {
  return new Map(
    dashboards.map((description) => [
      `observability/grafana/dashboards/${description.uid}.json`,
      `${JSON.stringify(buildDashboard(description), undefined, 2)}\n`,
    ]),
  );
}
