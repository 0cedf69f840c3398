import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import { isClean, reportLines, reportOf } from './report.ts';
import { goodOrder } from './sample-evidence.ts';

const journal = { path: 'journal.jsonl', receipts: [], commandReceipts: [], unknown: 2, complete: true };

test('ends with the one line that says it all', () => {
  const report = reportOf(compare(goodOrder()), journal);
  expect(isClean(report)).toBe(true);
  expect(reportLines(report, journal).at(-1)).toMatch(/^0 lost, 0 duplicated, 0 stuck, 0 served unpaid/);
});

test('names the first 20 orders of each rule, and counts the rest', () => {
  const orders = Array.from({ length: 25 }, (_, index) => goodOrder(`order-${index}`, index));
  const receipts = orders.flatMap((order) => order.receipts);
  const report = reportOf(
    compare({ ...goodOrder(), receipts, commands: [], orders: [], accepted: [], states: [] }),
    journal,
  );
  const text = reportLines(report, journal).join('\n');
  expect(isClean(report)).toBe(false);
  expect(text).toContain('LOST: accepted, but not in Kafka (25)');
  expect(text.match(/^ {2}order-/gm)).toHaveLength(20);
  expect(text).toContain('and 5 more');
  expect(text).toMatch(/\n25 lost, 0 duplicated, 0 stuck/);
});
