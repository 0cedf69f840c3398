import { describe, expect, test } from 'vitest';
import type { ChainPayment, PaymentRow } from '../../scripts/reconcile/evidence.ts';
import { brokenGates } from '../gates.ts';
import { toMarkdown } from '../report/markdown.ts';
import { sampleResult, sampleSla } from '../sample-result.ts';
import { scenarios } from '../scenarios.ts';
import { countPaidOnChain, type Settlement } from './settlement.ts';

const percentiles = { count: 600, p50Ms: 4_000, p95Ms: 9_000, p99Ms: 12_000 };
const inCrypto = (changes: Partial<Settlement> | undefined) =>
  sampleResult({
    mix: { reads: 0, paymentMethod: 'crypto' },
    settlement: changes && {
      ...{ asked: 600, paidOnChain: 600, settled: percentiles, firstFailure: undefined },
      ...changes,
    },
  });
const broken = (changes: Partial<Settlement> | undefined): string[] =>
  brokenGates(inCrypto(changes), sampleSla);

describe('a load that is to be paid on the chain', () => {
  test('passes when the chain has each payment that was asked for', () => {
    expect(broken({})).toEqual([]);
  });

  test('breaks with one line when it has one less', () => {
    expect(broken({ paidOnChain: 599, firstFailure: 'The payment is not there: 404' })).toEqual([
      'only 599 of 600 orders were paid on the chain within 120 s after the last request; the first that could not be paid: The payment is not there: 404',
    ]);
  });

  test.each([
    ['nothing was to be paid', { asked: 0, paidOnChain: 0 }],
    ['nobody has paid at all', undefined],
  ])('breaks when %s', (_, settlement) => {
    expect(broken(settlement)).toEqual([expect.stringMatching(/no order was paid on the chain/)]);
  });

  test('says in its report how long payments took', () => {
    const markdown = toMarkdown(inCrypto({}), sampleSla, [], undefined);
    expect(markdown).toContain('P50 4000.0 ms, P95 9000.0 ms of 600; the chain has 600 of 600 paid');
    expect(toMarkdown(sampleResult(), sampleSla, [], undefined)).not.toContain('the chain has');
  });
});

test('only the orders of the run count, each once, and only what the chain itself has', async () => {
  const row = (orderId: string): PaymentRow => ({
    ...{ paymentId: `payment of ${orderId}`, orderId, chain: 'local', status: 'settled', surplus: false },
    ...{ settledAt: 1, refundedAt: undefined, updatedAt: 1 },
  });
  const states: Readonly<Record<string, ChainPayment['state']>> = { one: 'paid', two: 'unpaid', old: 'paid' };
  const readChain = async (rows: readonly PaymentRow[]): Promise<ChainPayment[]> =>
    rows.map(({ orderId, chain }) => ({ orderId, chain, state: states[orderId] ?? 'unpaid' }));
  const rows = ['one', 'one', 'two', 'old'].map(row);
  expect(await countPaidOnChain(new Set(['one', 'two', 'none']), rows, readChain)).toBe(1);
});

test('the scenario crypto pays a stated number of orders a second, and no other pays', () => {
  const paying = (wished?: number) =>
    scenarios({ paidPerSecond: wished }).flatMap(({ name, paidPerSecond }) =>
      paidPerSecond === undefined ? [] : [[name, paidPerSecond]],
    );
  expect(paying()).toEqual([['crypto', 5]]);
  expect(paying(12)).toEqual([['crypto', 12]]);
});
