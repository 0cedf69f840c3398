import { expect, it } from 'vitest';
import { feesFor } from './fees.ts';

const fees = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint) => ({ maxFeePerGas, maxPriorityFeePerGas });

it('pays what the chain asks for at first, and never more than it may', () => {
  expect(feesFor(fees(100n, 2n), null, 1_000n)).toEqual(fees(100n, 2n));
  expect(feesFor(fees(5_000n, 2_000n), null, 1_000n)).toEqual(fees(1_000n, 1_000n));
});

it('replaces what is stuck by an eighth more, or by what the chain asks for now', () => {
  expect(feesFor(fees(100n, 2n), fees(80n, 8n), 1_000n)).toEqual(fees(100n, 10n));
  expect(feesFor(fees(10n, 1n), fees(80n, 8n), 1_000n)).toEqual(fees(91n, 10n));
});

it('waits when a replacement would be too dear', () => {
  expect(feesFor(fees(2_000n, 2n), fees(950n, 8n), 1_000n)).toBeUndefined();
});
