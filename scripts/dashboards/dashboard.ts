import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { annotations } from './annotations.ts';
import { datasources } from './panels.ts';

export interface DashboardDescription {
  /** In its address and its file's name. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Whether it can be narrowed to a service: `$service` in expressions. */
  readonly byService?: boolean;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Builder<Panel>[] }[];
}

/** The dashboard as Grafana takes it. */
export function buildDashboard({
  uid,
  title,
  description,
  byService,
  rows,
}: DashboardDescription): Dashboard {
  const dashboard = new DashboardBuilder(title)
    .uid(`go-coffee-${uid}`)
    .description(description)
    .tags(['go-coffee'])
    // What is generated is not edited: changes would be lost at the next start.
    .readonly()
    .timezone('browser')
    .time({ from: 'now-30m', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Go Coffee')
        .type(DashboardLinkType.Dashboards)
        .tags(['go-coffee'])
        .asDropdown(true)
        .keepTime(true),
    );
  for (const annotation of annotations()) dashboard.annotation(annotation);
  if (byService) {
    dashboard.withVariable(
      new QueryVariableBuilder('service')
        .label('Service')
        .datasource(datasources.prometheus)
        .query('label_values(process_memory_usage_bytes, service_name)')
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .refresh(2),
    );
  }
  for (const row of rows) {
    dashboard.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) dashboard.withPanel(panel);
  }
  return dashboard.build();
}
