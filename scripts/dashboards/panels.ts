import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as loki from '@grafana/grafana-foundation-sdk/loki';
import * as nodeGraph from '@grafana/grafana-foundation-sdk/nodegraph';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as tempo from '@grafana/grafana-foundation-sdk/tempo';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { quietMark } from '../telemetry/expressions.ts';

/** As observability/grafana/provisioning/datasources.yaml names them. */
export const datasources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  loki: { type: 'loki', uid: 'loki' },
  tempo: { type: 'tempo', uid: 'tempo' },
} as const;

export interface PanelOptions {
  readonly title: string;
  /** Grafana's name of a unit: reqps, s, percentunit, bytes, short … */
  readonly unit?: string;
  readonly description?: string;
  /** Shows something only when something is wrong: `./coffee telemetry check` does not miss data then. */
  readonly quiet?: boolean;
  /** Of 24 columns; 8 unless told. */
  readonly width?: number;
  /** With exemplars, from which a click leads to the trace. */
  readonly exemplars?: boolean;
}

const described = ({ description = '', quiet = false }: PanelOptions): string =>
  [description, ...(quiet ? [`(${quietMark})`] : [])].filter((part) => part !== '').join(' ');

const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

type Queries = Readonly<Record<string, string>>;

const asked = (queries: Queries, exemplars = false) =>
  Object.entries(queries).map(([legend, expression], index) => {
    const query = new prometheus.DataqueryBuilder()
      .expr(expression)
      .legendFormat(legend)
      .refId(refId(index))
      .datasource(datasources.prometheus);
    return exemplars ? query.exemplar(true) : query;
  });

/** Lines over time. @param queries PromQL by legend, which may have `{{label}}`. */
export function graph(options: PanelOptions, queries: Queries): Builder<Panel> {
  const panel = new timeseries.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .unit(options.unit ?? 'short')
    .span(options.width ?? 8)
    .height(8)
    .datasource(datasources.prometheus)
    .legend(new common.VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
    .fillOpacity(8)
    .min(0);
  for (const query of asked(queries, options.exemplars)) panel.withTarget(query);
  return panel;
}

/** The latest value, large. */
export function figure(options: PanelOptions, queries: Queries): Builder<Panel> {
  const panel = new stat.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .unit(options.unit ?? 'short')
    .span(options.width ?? 4)
    .height(5)
    .datasource(datasources.prometheus)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  for (const query of asked(queries)) panel.withTarget(query.instant());
  return panel;
}

/** What is so now, a row for each. */
export function list(options: PanelOptions, expression: string): Builder<Panel> {
  const query = new prometheus.DataqueryBuilder()
    .expr(expression)
    .refId('A')
    .datasource(datasources.prometheus)
    .format(prometheus.PromQueryFormat.Table)
    .instant();
  return new table.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .span(options.width ?? 12)
    .height(8)
    .datasource(datasources.prometheus)
    .withTarget(query);
}

export function logLines(options: PanelOptions, expression: string): Builder<Panel> {
  return new logs.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .span(options.width ?? 24)
    .height(10)
    .datasource(datasources.loki)
    .showTime(true)
    .enableLogDetails(true)
    .withTarget(new loki.DataqueryBuilder().expr(expression).refId('A').datasource(datasources.loki));
}

/** Traces that TraceQL finds, a row for each, with a link to it. */
export function traceList(options: PanelOptions, expression: string): Builder<Panel> {
  return new table.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .span(options.width ?? 12)
    .height(10)
    .datasource(datasources.tempo)
    .withTarget(
      new tempo.DataqueryBuilder()
        .queryType('traceql')
        .query(expression)
        .limit(20)
        .tableType(tempo.SearchTableType.Traces)
        .refId('A')
        .datasource(datasources.tempo),
    );
}

/** Who calls whom, of what the collector's service graph counts. */
export function topology(options: PanelOptions): Builder<Panel> {
  return new nodeGraph.PanelBuilder()
    .title(options.title)
    .description(described(options))
    .span(options.width ?? 24)
    .height(12)
    .datasource(datasources.tempo)
    .withTarget(
      new tempo.DataqueryBuilder().queryType('serviceMap').refId('A').datasource(datasources.tempo),
    );
}
