import { isIPv6 } from 'node:net';
import type { Context } from 'koa';
import { AppError } from '../errors/app-error.ts';
import type { Identity } from '../identity/identity.ts';

/** How much somebody may still do. */
export interface Quota {
  readonly allowed: boolean;
  /** Requests in a window, and how many of them are left. */
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  /** Until there are as many as ever again, in seconds. */
  readonly resetSeconds: number;
}

/** Counts requests; never rejects. */
export interface RateLimiter {
  take(key: string): Promise<Quota>;
}

/** The headers of the limit: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (revision 10). */
export const rateLimitHeaders = {
  RateLimit: 'How many requests are left (`r`), until when in seconds (`t`)',
  'RateLimit-Policy': 'How many requests there are (`q`) in how many seconds (`w`)',
} as const;

const policyName = '"requests"';

/**
 * Counts a request for who is signed in, or for the address that it is from, and tells in headers what is left.
 *
 * @throws AppError `too-many-requests`.
 */
export async function limitRate(
  ctx: Context,
  limiter: RateLimiter,
  identity: Identity | undefined,
  address: string,
): Promise<void> {
  const key = identity === undefined ? `address:${networkOf(address)}` : `identity:${identity.subject}`;
  const quota = await limiter.take(key);
  const { limit, windowSeconds, remaining, resetSeconds } = quota;
  ctx.set('RateLimit-Policy', `${policyName};q=${limit};w=${windowSeconds}`);
  ctx.set('RateLimit', `${policyName};r=${remaining};t=${resetSeconds}`);
  if (quota.allowed) return;
  const detail = `There are ${limit} requests in ${windowSeconds} seconds, and they are used up.`;
  throw new AppError('too-many-requests', detail, { retryAfterSeconds: resetSeconds });
}

/** An IPv6 client has a whole /64 of addresses and can take another one for each request (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
