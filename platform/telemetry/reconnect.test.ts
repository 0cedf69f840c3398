import { experimental } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reconnectWithin } from './reconnect.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('looks for the collector again within its limit, however long it was away', () => {
  reconnectWithin(2_000);
  let attempts = 0;
  const backoff = new experimental.BackoffTimeout(() => {
    attempts += 1;
    backoff.runOnce();
  });
  backoff.runOnce();
  vi.advanceTimersByTime(60_000);
  const before = attempts;
  vi.advanceTimersByTime(60_000);
  // Every 2 s, give or take gRPC's jitter of 20 %; without the limit it would be at most one.
  expect(attempts - before).toBeGreaterThanOrEqual(24);
  backoff.stop();
});
