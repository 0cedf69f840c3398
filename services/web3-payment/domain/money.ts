/**
 * Amounts are whole numbers of the smallest unit, as bigint: the compiler lets nobody mix them with a number, and so with a
 * fraction. What comes from outside in cents is checked to be whole by its schema before it gets here.
 */

/** What a token's amounts are counted in. */
export interface Unit {
  readonly symbol: string;
  readonly decimals: number;
}

/** Of one whole token in the shop's currency: `answer` / 10^decimals, as a price feed gives it. */
export interface Price {
  readonly answer: bigint;
  readonly decimals: number;
  readonly updatedAt: Date;
}

const centsPerWhole = 100n;
const power = (decimals: number): bigint => 10n ** BigInt(decimals);

/** Rounds up, in favour of who is paid: by less than one smallest unit. */
const divideUp = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;

/** What so many cents are in a token that is worth exactly one of the currency. Tokens of fewer than two decimals round up. */
export const parAmount = (cents: number, { decimals }: Unit): bigint =>
  divideUp(BigInt(cents) * power(decimals), centsPerWhole);

/** What so many cents are in a token at this price, rounded up to its smallest unit. */
export const amountAt = (cents: number, { decimals }: Unit, price: Price): bigint =>
  divideUp(BigInt(cents) * power(decimals) * power(price.decimals), centsPerWhole * price.answer);

/** In decimal, for people: at least two digits behind the point, no zeros behind those. */
export function display(amount: bigint, { symbol, decimals }: Unit): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .replace(/0+$/, '')
    .padEnd(Math.min(2, decimals), '0');
  return `${whole}${fraction === '' ? '' : `.${fraction}`} ${symbol}`;
}
