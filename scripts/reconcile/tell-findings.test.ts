import { expect, it } from 'vitest';
import { startOtlpReceiver } from '#platform/testing/otlp-receiver.ts';
import type { Report } from './report.ts';
import { findingsMetric, tellFindings } from './tell-findings.ts';

const report: Report = {
  journal: 'day.jsonl',
  lost: 2,
  duplicated: 0,
  stuck: 1,
  servedUnpaid: 0,
  paidTwice: 3,
  paidNotServed: 0,
  unknown: 0,
  figures: {} as Report['figures'],
  rules: [],
};

it('tells of each kind of finding, zeros too', () => {
  const text = JSON.stringify(findingsMetric(report, new Date(1_000)));
  for (const [finding, count] of [
    ['lost', 2],
    ['duplicated', 0],
    ['stuck', 1],
    ['served unpaid', 0],
    ['paid twice', 3],
    ['paid and not served', 0],
  ])
    expect(text).toContain(
      `{"asInt":"${count}","timeUnixNano":"1000000000","attributes":[{"key":"finding","value":{"stringValue":"${finding}"}}]}`,
    );
});

it('sends them to the collector, and goes on without one', async () => {
  const receiver = await startOtlpReceiver();
  expect(await tellFindings(new URL(receiver.url), undefined, report)).toBe(true);
  expect([...receiver.metrics]).toEqual(['reconcile: coffee.reconcile.findings']);
  await receiver[Symbol.asyncDispose]();
  expect(await tellFindings(new URL(receiver.url), undefined, report)).toBe(false);
});
