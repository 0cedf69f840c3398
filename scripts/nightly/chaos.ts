import { join } from 'node:path';
import { type ChaosReport, titleOf, writeReport } from '../chaos/report.ts';
import { defaultOrders, runChaos } from '../chaos/run-chaos.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { type Figure, figure, type Suite } from './suite.ts';

// Three more requests follow from each order, and faults take a third of the time: two cores serve no more.
const rate = 60;
const everySeconds = 20;

/** Random faults under load; nothing may be lost, duplicated or stuck. */
export const chaos: Suite = {
  name: 'chaos',
  summary: `${defaultOrders} orders with a random fault on some component every ${everySeconds} s, then reconcile`,
  budgetMinutes: 50,
  async run({ signal, seed, note }) {
    const options = {
      seed,
      orders: defaultOrders,
      durationMs: undefined,
      rate,
      everyMs: everySeconds * 1_000,
    };
    const report = await runChaos({ ...options, without: [] }, signal, note);
    await writeReport(report, join(repositoryRoot, '.coffee', 'chaos'));
    return { figures: figuresOf(report), failures: report.findings };
  },
};

/** The whole report as figures. */
export function figuresOf({ seed, faults, traffic, reconciliation, findings }: ChaosReport): Figure[] {
  const { lost, duplicated, stuck, servedUnpaid, unknown, figures } = reconciliation;
  const byTarget = Map.groupBy(faults, ({ service, fault }) => `${service}, ${fault.kind}`);
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;
  return [
    figure('seed', seed),
    figure('findings', findings.length),
    figure('accepted', figures.accepted),
    figure('lost', lost),
    figure('duplicated', duplicated),
    figure('stuck', stuck),
    figure('served unpaid', servedUnpaid),
    figure('unknown', unknown),
    figure('sent again', traffic.retried),
    figure('redelivered', figures.redelivered),
    figure('P50', traffic.p50Ms, 'ms'),
    figure('P95', traffic.p95Ms, 'ms'),
    figure('longest time without a 202', traffic.longestGapMs / 1000, 's'),
    figure('faults', faults.length),
    ...[...byTarget].sort().map(([name, of]) => figure(`faults: ${name}`, of.length)),
    ...faults.map((fault) =>
      figure(
        `at ${seconds(fault.atMs)}, ${titleOf(fault)}`,
        `healthy after ${seconds(fault.healthyAfterMs)}, ${seconds(fault.withoutAcceptanceMs)} without a 202`,
      ),
    ),
  ];
}
