import { expect, test } from 'vitest';
import type { Report } from '../reconcile/report.ts';
import type { DayResult } from '../traffic/run-day.ts';
import { judge } from './regions.ts';

const day = (unknown = 0, longestGapMs = 400): DayResult =>
  ({ statistics: { unknown, longestGapMs } }) as unknown as DayResult;
const report = (more: Partial<Report> = {}, accepted = 100): Report =>
  ({
    lost: 0,
    duplicated: 0,
    stuck: 0,
    servedUnpaid: 0,
    paidTwice: 0,
    paidNotServed: 0,
    rules: [],
    figures: { accepted },
    ...more,
  }) as unknown as Report;
const loss = { notCopied: 3, copiedMs: 1_500 };
const four = <T>(one: T, ...others: T[]): T[] => [
  ...others,
  ...Array.from({ length: 4 - others.length }, () => one),
];

test('a region that is lost and comes back is no failure, nor are answers that it owed', () => {
  const { failures, figures } = judge(four(day(), day(7)), four(report()), loss);
  expect(failures).toEqual([]);
  expect(figures).toContainEqual({ name: 'without an answer when it was lost', value: 7, unit: '' });
  expect(figures).toContainEqual({ name: 'events not copied when it was lost', value: 3, unit: '' });
});

test('a lost order, a region that owes answers though it was there, and one that took no order are failures', () => {
  const rule = {
    category: 'lost',
    rule: 'acknowledged, and not in orders.v1',
    orders: 1,
    first: [],
  } as const;
  expect(judge(four(day()), four(report(), report({ lost: 1, rules: [rule] })), loss).failures).toEqual([
    '1 lost: acknowledged, and not in orders.v1',
  ]);
  expect(judge(four(day(), day(), day(2)), four(report()), loss).failures).toEqual([
    '2 requests without an answer in a region that was there',
  ]);
  // The last one is of the region that is there all the time.
  expect(judge([day(), day(), day(), day(0, 12_000)], four(report()), loss).failures).toEqual([
    'orders did not go on in the other region: 12 s without a 202',
  ]);
  expect(judge(four(day()), four(report(), report(), report({}, 0)), loss).failures).toEqual([
    'nothing was accepted: elsewhere',
  ]);
});
