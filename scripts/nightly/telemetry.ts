import { recreate } from '../docker/container-health.ts';
import { checkTelemetry } from '../telemetry/check-telemetry.ts';
import type { Verdict } from '../telemetry/poll-rows.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const deadlineMs = 180_000;
// A check that must fail is not waited for as long as one that must hold.
const brokenDeadlineMs = 45_000;
const healthyWithinMs = 60_000;

/** A signal or an instrumentation of one service that is switched off, and the row that must say so. */
const switchedOff = [
  { service: 'producer', variable: 'OTEL_LOGS_EXPORTER', value: 'none', row: 'producer: logs of the trace' },
  { service: 'consumer', variable: 'OTEL_METRICS_EXPORTER', value: 'none', row: 'consumer: metrics' },
  { service: 'streams', variable: 'OTEL_TRACES_EXPORTER', value: 'none', row: 'streams: traces in Jaeger' },
  { service: 'web3-payment', variable: 'OTEL_METRICS_EXPORTER', value: 'none', row: 'web3-payment: metrics' },
  {
    service: 'producer',
    variable: 'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    value: 'ioredis',
    row: 'producer → redis',
  },
] as const;

/** The telemetry of a running stack is what its schema says, and a signal that is switched off is missed. */
export const telemetry: Suite = {
  name: 'telemetry',
  summary:
    './coffee telemetry check: all rows, within three minutes; it fails for each signal and instrumentation that is off',
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
  for (const { service, variable, value, row } of asked) {
    note(`${service} with ${variable}=${value}`);
    const { verdicts: broken } = await withVariable(service, { [variable]: value }, signal, () =>
      checkTelemetry({ deadlineMs: brokenDeadlineMs, signal, note }),
    );
    if (tells(broken, row)) missed.push(row);
    else failures.push(`nobody missed it when ${service} had ${variable}=${value} (${row})`);
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

/** Runs a service with another setting for as long as `use` takes. */
async function withVariable<T>(
  service: string,
  variable: Readonly<Record<string, string>>,
  signal: AbortSignal,
  use: () => Promise<T>,
): Promise<T> {
  try {
    await recreate([service], healthyWithinMs, signal, variable);
    return await use();
  } finally {
    // Without the signal: what was changed is undone whatever happens.
    await recreate([service], healthyWithinMs, new AbortController().signal);
  }
}
