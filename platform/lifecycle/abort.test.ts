import { describe, expect, it, vi } from 'vitest';
import { aborted, answerWithin, backoff, pause, retryUntilAborted, retryWithin } from './abort.ts';

it('resolves when the signal is aborted, also when it has been before', async () => {
  const controller = new AbortController();
  const seen = vi.fn();
  const waiting = aborted(controller.signal).then(seen);
  await Promise.resolve();
  expect(seen).not.toHaveBeenCalled();
  controller.abort();
  await waiting;
  await aborted(controller.signal);
  expect(seen).toHaveBeenCalledOnce();
});

it('pauses, but not beyond the abort', async () => {
  const controller = new AbortController();
  await pause(1, controller.signal);
  const long = pause(3_600_000, controller.signal);
  controller.abort();
  await long;
});

it('doubles the wait up to the longest, less a random part of up to half', () => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const full = Math.min(5_000, 100 * 2 ** attempt);
    const wait = backoff(attempt);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
});

it('repeats until it works and reports each failure', async () => {
  const failures: number[] = [];
  let calls = 0;
  const work = () => {
    calls += 1;
    return calls < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('there');
  };
  const result = await retryUntilAborted(work, new AbortController().signal, (_, attempt) =>
    failures.push(attempt),
  );
  expect(result).toBe('there');
  expect(failures).toEqual([0, 1]);
});

it('stops repeating when aborted', async () => {
  const controller = new AbortController();
  const work = vi.fn(() => Promise.reject(new Error('away')));
  const result = await retryUntilAborted(work, controller.signal, () => controller.abort());
  expect(result).toBeUndefined();
  expect(work).toHaveBeenCalledOnce();
});

it('takes an answer that comes in time, and gives up on one that does not', async () => {
  expect(await answerWithin(60_000, Promise.resolve('there'))).toBe('there');
  await expect(answerWithin(60_000, Promise.reject(new Error('away')))).rejects.toThrow('away');
  await expect(answerWithin(5, new Promise(() => undefined))).rejects.toThrow('no answer within 5 ms');
});

describe('for a time', () => {
  const never = new AbortController().signal;
  const failing = (times: number) => {
    let calls = 0;
    return vi.fn(() => {
      calls += 1;
      return calls <= times ? Promise.reject(new Error(`failure ${calls}`)) : Promise.resolve('there');
    });
  };

  it('repeats what fails', async () => {
    const work = failing(2);
    expect(await retryWithin(60_000, work, never)).toBe('there');
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('gives up with the last failure when the time is over', async () => {
    const work = failing(1_000);
    const giving = retryWithin(300, work, never);
    await expect(giving).rejects.toThrow(/failure \d/);
    expect(work.mock.calls.length).toBeGreaterThan(1);
    await expect(giving).rejects.toThrow(`failure ${work.mock.calls.length}`);
  });

  it('ends with the reason of the abort', async () => {
    const controller = new AbortController();
    const work = vi.fn(() => {
      controller.abort(new Error('stopped'));
      return Promise.reject(new Error('away'));
    });
    await expect(retryWithin(60_000, work, controller.signal)).rejects.toThrow('stopped');
    expect(work).toHaveBeenCalledOnce();
  });
});
