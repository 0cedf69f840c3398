import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flushTelemetry, holdTelemetry } from './flush.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('does nothing when no telemetry was started', async () => {
  await flushTelemetry();
});

it('shuts down once', async () => {
  const shutdown = vi.fn(() => Promise.resolve());
  holdTelemetry({ shutdown });
  await flushTelemetry();
  await flushTelemetry();
  expect(shutdown).toHaveBeenCalledOnce();
});

it('does not wait longer than its limit for a collector that is away', async () => {
  holdTelemetry({ shutdown: () => new Promise(() => undefined) });
  const flushed = vi.fn();
  const flushing = flushTelemetry(3_000).then(flushed);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(flushed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await flushing;
});
