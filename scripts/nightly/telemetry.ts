import { recreate } from '../docker/container-health.ts';
import { checkTelemetry } from '../telemetry/check-telemetry.ts';
import type { Verdict } from '../telemetry/poll-rows.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const deadlineMs = 180_000;
// A check that must fail is not waited for as long as one that must hold.
const brokenDeadlineMs = 45_000;
const healthyWithinMs = 60_000;

/** A signal of one service that is switched off, and the row that must say so. */
const switchedOff = [
  { service: 'producer', variable: 'OTEL_LOGS_EXPORTER', row: 'producer: logs of the trace' },
  { service: 'consumer', variable: 'OTEL_METRICS_EXPORTER', row: 'consumer: metrics' },
  { service: 'streams', variable: 'OTEL_TRACES_EXPORTER', row: 'streams: traces in Jaeger' },
  { service: 'web3-payment', variable: 'OTEL_METRICS_EXPORTER', row: 'web3-payment: metrics' },
] as const;

/** The telemetry of a running stack is what its schema says, and a signal that is switched off is missed. */
export const telemetry: Suite = {
  name: 'telemetry',
  summary:
    './coffee telemetry check: all rows, within three minutes; it fails for each of the signals that are off',
  budgetMinutes: 15,
  run: check,
};

async function check({ signal, note }: SuiteContext): Promise<SuiteOutcome> {
  const startedAt = performance.now();
  const { verdicts, skipped } = await checkTelemetry({ deadlineMs, signal, note });
  const seconds = (performance.now() - startedAt) / 1000;
  const wrong = verdicts.filter((verdict) => verdict.wrong !== undefined);
  const failures = wrong.map(({ what, wrong: why }) => `${what}: ${why}`);
  const missed: string[] = [];
  const asked = switchedOff.filter(({ row }) => verdicts.some(({ what }) => what === row));
  for (const { service, variable, row } of asked) {
    note(`${service} without ${variable}`);
    const { verdicts: broken } = await without(service, variable, signal, () =>
      checkTelemetry({ deadlineMs: brokenDeadlineMs, signal, note }),
    );
    if (tells(broken, row)) missed.push(row);
    else failures.push(`nobody missed it when ${service} had ${variable}=none (${row})`);
  }
  return {
    figures: [
      figure('rows', verdicts.length),
      figure('rows that hold', verdicts.length - wrong.length),
      figure('all rows after', seconds, 's'),
      figure('rows SKIPPED', skipped.length),
      figure('switched off and missed', missed.length),
    ],
    failures,
  };
}

const tells = (verdicts: readonly Verdict[], row: string): boolean =>
  verdicts.some(({ what, wrong }) => what === row && wrong !== undefined);

/** Runs a service without one of its signals for as long as `use` takes. */
async function without<T>(
  service: string,
  variable: string,
  signal: AbortSignal,
  use: () => Promise<T>,
): Promise<T> {
  try {
    await recreate([service], healthyWithinMs, signal, { [variable]: 'none' });
    return await use();
  } finally {
    // Without the signal: what was changed is undone whatever happens.
    await recreate([service], healthyWithinMs, new AbortController().signal);
  }
}
