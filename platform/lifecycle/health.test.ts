import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Health } from './health.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits for what is required, not for what is optional, and names it', async () => {
  using health = new Health(30_000);
  health.depend('kafka', () => Promise.reject(new Error('connection refused')));
  health.depend('redis', () => Promise.reject(new Error('away')), { optional: true });
  health.depend('postgres', () => Promise.resolve());
  expect(health.report.waitingFor).toEqual(['kafka', 'postgres']);
  health.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(health.report).toMatchObject({
    status: 'waiting',
    waitingFor: ['kafka'],
    dependencies: {
      kafka: { status: 'down', optional: false, error: 'connection refused' },
      redis: { status: 'down', optional: true },
      postgres: { status: 'up' },
    },
  });
  expect(health.started).toBe(false);
});

it('looks every half second while something is down, so that a recovery shows at once', async () => {
  using health = new Health(30_000);
  const check = vi.fn(() => Promise.reject(new Error('away')));
  health.depend('kafka', check);
  health.start();
  await vi.advanceTimersByTimeAsync(2_100);
  expect(check).toHaveBeenCalledTimes(5);
  check.mockImplementation(() => Promise.resolve() as Promise<never>);
  await vi.advanceTimersByTimeAsync(500);
  expect(health.report.status).toBe('ready');
  expect(health.started).toBe(true);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(check).toHaveBeenCalledTimes(6);
});

it('has started once everything was there, also when something goes away later', async () => {
  using health = new Health(1_000);
  let there = true;
  health.depend('kafka', () => (there ? Promise.resolve() : Promise.reject(new Error('gone'))));
  health.start();
  await vi.advanceTimersByTimeAsync(0);
  there = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(health.report.status).toBe('waiting');
  expect(health.started).toBe(true);
});

it('does not wait again for what is only needed to start', async () => {
  using health = new Health(1_000);
  let there = false;
  const check = () => (there ? Promise.resolve() : Promise.reject(new Error('away')));
  health.depend('kafka', check, { optionalOnceSeen: true });
  health.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(health.report.waitingFor).toEqual(['kafka']);
  there = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(health.report.status).toBe('ready');
  there = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(health.report).toMatchObject({ status: 'ready', dependencies: { kafka: { status: 'down' } } });
});

it('takes a check that does not answer within 3 s for a failure', async () => {
  using health = new Health(30_000);
  health.depend('postgres', () => new Promise(() => undefined));
  health.start();
  await vi.advanceTimersByTimeAsync(2_900);
  expect(health.report.dependencies.postgres?.status).toBe('unknown');
  await vi.advanceTimersByTimeAsync(200);
  expect(health.report.dependencies.postgres).toMatchObject({
    status: 'down',
    error: 'no answer within 3000 ms',
  });
});

it('is not ready any more once it drains, whatever its dependencies say', async () => {
  using health = new Health(1_000);
  health.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(health.report.status).toBe('ready');
  health.drain();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(health.report.status).toBe('draining');
});

it('checks no more after its disposal', async () => {
  const check = vi.fn(() => Promise.resolve());
  {
    using health = new Health(1_000);
    health.depend('kafka', check);
    health.start();
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(check).toHaveBeenCalledOnce();
});
