import type { OptionalPart } from './schema.ts';
import type { Selector } from './selectors.ts';

/** What an alert asks for and need not find while all is well. */
export interface Quiet {
  readonly metric: RegExp;
  /** Only series with this label are rare: without it some must be there. All of the metric unless told. */
  readonly label?: string;
  /** Rare only where this part is absent. */
  readonly without?: OptionalPart;
  readonly reason: string;
}

/** All that an alert may ask for in vain. Whatever else matches nothing is a mistake in the alert. */
export const quietSelectors: readonly Quiet[] = [
  {
    metric: /^http_server_request_duration_seconds_count$/,
    label: 'http_response_status_code',
    reason: 'a status has a series when a request was answered with it: 5xx, 401 and 403 come of faults',
  },
  {
    metric: /^edge_requests_total$/,
    label: 'outcome',
    reason: 'the edge counts an outcome when there was one: blocked, limited and overloaded come of attacks',
  },
  { metric: /^coffee_dead_letters_total$/, reason: 'only a message that nobody can process makes it' },
  { metric: /^coffee_rpc_failures_total$/, reason: "only a chain's endpoint that fails makes it" },
  { metric: /^coffee_rpc_disagreements_total$/, reason: 'only endpoints that tell different things make it' },
  { metric: /^coffee_reconcile_findings$/, reason: 'only a reconciliation makes it' },
  {
    metric: /^otelcol_exporter_(send|enqueue)_failed_(spans|metric_points|log_records)_total$/,
    reason: 'the collector counts failures when there was one',
  },
  {
    metric: /^(alertmanager_notifications_failed|prometheus_notifications_errors)_total$/,
    without: 'alertmanager',
    reason: 'there is one for each Alertmanager',
  },
];

/** Recording rules that record nothing while all is well, and why. */
export const quietRules: Readonly<Record<string, string>> = {
  'service:http_errors:ratio1m': 'a service that answered nothing with 5xx has no series of it',
};

/**
 * What must be there of a selector: without the labels that are rare; undefined when it need not match anything.
 *
 * @param present the optional parts that there are
 */
export function expectedOf(
  selector: Selector,
  present: readonly string[],
  quiet: readonly Quiet[] = quietSelectors,
): Selector | undefined {
  const applies = quiet.filter(
    ({ metric, without }) => metric.test(selector.metric) && !(without && present.includes(without)),
  );
  if (applies.some(({ label }) => label === undefined)) return undefined;
  const rare = new Set(applies.map(({ label }) => label));
  return { ...selector, matchers: selector.matchers.filter(({ name }) => !rare.has(name)) };
}
