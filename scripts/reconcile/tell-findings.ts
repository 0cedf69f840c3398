import { ApiClient, NoReplyError } from '../stack/api-client.ts';
import type { Report } from './report.ts';

/**
 * The findings as a gauge in OTLP/HTTP's JSON, for the alert ReconcileFailed: zeros too, which end it.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function findingsMetric(report: Report, at: Date): object {
  const { lost, duplicated, stuck, servedUnpaid, paidTwice, paidNotServed } = report;
  const findings = {
    ...{ lost, duplicated, stuck },
    ...{ 'served unpaid': servedUnpaid, 'paid twice': paidTwice, 'paid and not served': paidNotServed },
  };
  const dataPoints = Object.entries(findings).map(([finding, count]) => ({
    asInt: String(count),
    timeUnixNano: `${BigInt(at.getTime()) * 1_000_000n}`,
    attributes: [{ key: 'finding', value: { stringValue: finding } }],
  }));
  const metric = {
    name: 'coffee.reconcile.findings',
    unit: '{order}',
    description: 'Orders that the latest reconciliation found',
    gauge: { dataPoints },
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'reconcile' } }] };
  return {
    resourceMetrics: [
      { resource, scopeMetrics: [{ scope: { name: 'gocoffee.reconcile' }, metrics: [metric] }] },
    ],
  };
}

/**
 * Tells the collector of the findings. @returns whether it has them: the report does not depend on telemetry.
 *
 * @param authority of the collector's certificate (PEM).
 */
export async function tellFindings(
  collectorUrl: URL,
  authority: string | undefined,
  report: Report,
): Promise<boolean> {
  using collector = new ApiClient(collectorUrl, 1, authority);
  try {
    const body = findingsMetric(report, new Date());
    return (
      (await collector.send({ method: 'POST', path: '/v1/metrics', body, timeoutMs: 3_000 })).status === 200
    );
  } catch (error) {
    if (error instanceof NoReplyError) return false;
    throw error;
  }
}
