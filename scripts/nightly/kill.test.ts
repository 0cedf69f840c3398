import { expect, test } from 'vitest';
import type { Report } from '../reconcile/report.ts';
import type { DayResult } from '../traffic/run-day.ts';
import { Statistics } from '../traffic/statistics.ts';
import { judge } from './kill.ts';

const day = (more: Partial<Statistics> = {}, leftOpen = 0): DayResult => ({
  journalPath: 'orders.jsonl',
  statistics: Object.assign(new Statistics(), more),
  elapsedMs: 40_000,
  leftOpen,
});
const report = (accepted: number, rules: Partial<Report['rules'][number]>[] = []): Report =>
  ({ lost: 0, duplicated: 0, stuck: 0, servedUnpaid: 0, rules, figures: { accepted } }) as unknown as Report;
const failures = (ofDay: DayResult, found: Report): readonly string[] =>
  judge('redis', ofDay, 1_000, found).failures;

test('a day of which every order came to its end is no failure', () => {
  expect(failures(day(), report(7_860))).toEqual([]);
});

test('a lost order is one, and so is a day that says nothing because hardly anything was accepted', () => {
  const rule = { category: 'lost', rule: 'not in Kafka', orders: 1, first: [] } as const;
  expect(failures(day(), report(7_860, [rule]))).toEqual([
    expect.stringMatching(/redis: 1 lost, not in Kafka/),
  ]);
  expect(failures(day(), report(12))).toEqual(['redis: only 12 orders were accepted, of at least 7200']);
});

test('customers not let in and orders left open are failures, who gave up is none', () => {
  expect(failures(day({ unknown: 3 }), report(7_860))).toEqual([]);
  expect(failures(day({ dropped: 2 }, 1), report(7_860))).toEqual([
    'redis: 2 orders: not let in',
    'redis: 1 orders: left open',
  ]);
});
