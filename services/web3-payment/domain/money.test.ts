import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountAt, display, parAmount } from './money.ts';

const usdc = { symbol: 'USDC', decimals: 6 };
const ether = { symbol: 'ETH', decimals: 18 };
const price = (answer: bigint) => ({ answer, decimals: 8, updatedAt: new Date() });

it('converts cents into a token at par, exactly', () => {
  expect(parAmount(450, usdc)).toBe(4_500_000n);
  expect(parAmount(1, { symbol: 'WHOLE', decimals: 0 })).toBe(1n);
});

it('converts cents at a price, rounded up by less than one unit', () => {
  expect(amountAt(300_000, ether, price(3_000_00000000n))).toBe(10n ** 18n);
  expect(amountAt(1, { symbol: 'X', decimals: 0 }, price(3_00000000n))).toBe(1n);
  const cents = fc.integer({ min: 0, max: 1_000_000_000 });
  const answers = fc.bigInt({ min: 1n, max: 10n ** 14n });
  fc.assert(
    fc.property(cents, answers, (amount, answer) => {
      const tokens = amountAt(amount, ether, price(answer));
      const worth = (units: bigint): bigint => units * answer * 100n;
      const owed = BigInt(amount) * 10n ** 26n;
      expect(worth(tokens) >= owed).toBe(true);
      expect(tokens === 0n || worth(tokens - 1n) < owed).toBe(true);
    }),
  );
});

describe('for people', () => {
  it.each([
    [4_500_000n, usdc, '4.50 USDC'],
    [1n, usdc, '0.000001 USDC'],
    [0n, usdc, '0.00 USDC'],
    [1_500_000_000_000_000_001n, ether, '1.500000000000000001 ETH'],
    [7n, { symbol: 'WHOLE', decimals: 0 }, '7 WHOLE'],
  ])('%s is shown as in decimal', (amount, unit, text) => expect(display(amount, unit)).toBe(text));
});
