import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { streamRoute } from './stream.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** Opens a stream with a token that is good for so long. */
async function open(validForMs: number): Promise<Readable> {
  const body = new Readable({ read: () => undefined });
  const route = streamRoute({ open: () => body });
  const identity = { subject: 'op', roles: new Set(['operator']), expiresAt: Date.now() + validForMs };
  const input = { query: {}, headers: {}, identity, address: '127.0.0.1' };
  await route.handler(input as never);
  return body;
}

// Guard: nobody goes on reading whose token is over.
it('ends with the token that it was opened with', async () => {
  const body = await open(900_000);
  vi.advanceTimersByTime(899_999);
  expect(body.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(body.destroyed).toBe(true);
});

it('is forgotten when its client has gone', async () => {
  const body = await open(900_000);
  const closed = once(body, 'close');
  body.destroy();
  await closed;
  expect(vi.getTimerCount()).toBe(0);
});

it('lasts as long as a token may, also one of another issuer that is good for months', async () => {
  const body = await open(60 * 24 * 3_600_000);
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(body.destroyed).toBe(false);
});
