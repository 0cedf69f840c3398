import { describe, expect, test, vi } from 'vitest';
import type { BatchHandler } from './batch-consumer.ts';
import { SeekError } from './batch-errors.ts';
import { joinBatches } from './joined-batches.ts';
import type { IncomingMessage } from './messages.ts';

const options = { maxBatch: 10, concurrency: 1, lingerMs: 0 };
const context = { signal: new AbortController().signal, heartbeat: () => Promise.resolve() };

const batch = (partition: number, count: number, topic = 'orders'): IncomingMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ topic, partition, offset: String(index), key: `${partition}`, value: Buffer.from('x') },
    ...{ headers: {}, timestampMs: 0 },
  }));

/** A handler that notes what it was called with, and ends when it is told to. */
function recording() {
  const calls: string[][] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const handle: BatchHandler = (messages) => {
    calls.push(messages.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`));
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { handle, calls, ends };
}

test('what comes together is handled together, the messages of each partition in order', async () => {
  const { handle, calls, ends } = recording();
  const joined = joinBatches(handle, options);
  const both = Promise.all([joined(batch(0, 2), context), joined(batch(3, 1), context)]);
  await vi.waitFor(() => expect(calls).toEqual([['orders/0/0', 'orders/0/1', 'orders/3/0']]));
  ends[0]?.resolve();
  await both;
});

test('nobody is told of success before it is there', async () => {
  const { handle, ends } = recording();
  const joined = joinBatches(handle, options);
  let settled = 0;
  const both = [0, 1].map((partition) => joined(batch(partition, 1), context).then(() => (settled += 1)));
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  expect(settled).toBe(0);
  ends[0]?.resolve();
  await Promise.all(both);
});

// Guard: a message that can't be buried while the dead letters are away holds up its own partition only.
test('what fails together is handled apart, and only what fails again comes again', async () => {
  const tried: number[][] = [];
  const handle: BatchHandler = async (messages) => {
    const partitions = messages.map(({ partition }) => partition);
    tried.push(partitions);
    if (partitions.includes(1)) throw new Error('no dead letters');
  };
  const joined = joinBatches(handle, options);
  const results = await Promise.allSettled(
    [0, 1, 2].map((partition) => joined(batch(partition, 1), context)),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(tried).toEqual([[0, 1, 2], [0], [1], [2]]);
});

// Guard: who asks again without having read from elsewhere is told that Kafka has nothing there.
test('a partition that is to be read from elsewhere does not come again before that', async () => {
  const tried: number[][] = [];
  const seek = new SeekError({ partition: 1, offset: '7' }, 'not here');
  const handle: BatchHandler = async (messages) => {
    tried.push(messages.map(({ partition }) => partition));
    if (tried.length === 1) throw seek;
  };
  const joined = joinBatches(handle, options);
  const results = await Promise.allSettled(
    [0, 1, 2].map((partition) => joined(batch(partition, 1), context)),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: seek });
  expect(tried).toEqual([[0, 1, 2], [0], [2]]);
});

test('the longer a batch takes the more the next one waits for, within limits', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const began: number[] = [];
    let takesMs = 10;
    const handle: BatchHandler = () => {
      began.push(performance.now());
      return new Promise((resolve) => setTimeout(resolve, takesMs));
    };
    const joined = joinBatches(handle, { ...options, lingerMs: 100 });
    const apart = async (): Promise<number> => {
      for (let count = 0; count < 2; count += 1) {
        const done = joined(batch(0, 1), context);
        await vi.advanceTimersByTimeAsync(2_000 * count || takesMs + 1);
        if (count === 1) await done;
      }
      return Math.round((began.at(-1) ?? 0) - (began.at(-2) ?? 0));
    };
    expect(await apart()).toBe(100);
    takesMs = 150;
    expect(await apart()).toBe(300);
    takesMs = 400;
    expect(await apart()).toBe(500);
    // As much as a batch takes is not held back for long.
    const before = began.length;
    void joined(batch(0, 1), context);
    await vi.advanceTimersByTimeAsync(450);
    void joined(batch(0, 1), context);
    await vi.advanceTimersByTimeAsync(10);
    expect(began).toHaveLength(before + 1);
    void joined(batch(1, 10), context);
    await vi.advanceTimersByTimeAsync(1);
    expect(began).toHaveLength(before + 2);
  } finally {
    vi.useRealTimers();
  }
});

describe('not joined are', () => {
  test('batches of different topics', async () => {
    const { handle, calls, ends } = recording();
    const joined = joinBatches(handle, options);
    const all = ['orders', 'payments', 'orders'].map((topic, index) =>
      joined(batch(index, 1, topic), context),
    );
    for (const _ of ['orders', 'payments']) {
      await vi.waitFor(() => expect(ends).toHaveLength(1));
      ends.pop()?.resolve();
    }
    await Promise.all(all);
    expect(calls).toEqual([['orders/0/0', 'orders/2/0'], ['payments/1/0']]);
  });

  test('more messages than a batch may have, unless they are of one partition', async () => {
    const { handle, calls, ends } = recording();
    const joined = joinBatches(handle, options);
    const all = [6, 6, 4, 12].map((count, partition) => joined(batch(partition, count), context));
    for (const _ of all) {
      await vi.waitFor(() => expect(calls.length).toBeGreaterThan(0));
      ends.pop()?.resolve();
      await vi.waitFor(() => expect(ends.length > 0 || calls.flat().length === 28).toBe(true));
    }
    await Promise.all(all);
    expect(calls.map((call) => call.length)).toEqual([10, 6, 12]);
  });
});

test('no more are handled at once than may be', async () => {
  const { handle, calls, ends } = recording();
  const joined = joinBatches(handle, { ...options, maxBatch: 1, concurrency: 2 });
  const all = [0, 1, 2].map((partition) => joined(batch(partition, 1), context));
  await vi.waitFor(() => expect(calls).toHaveLength(2));
  ends.shift()?.resolve();
  await vi.waitFor(() => expect(calls).toHaveLength(3));
  for (const { resolve } of ends) resolve();
  await Promise.all(all);
});

describe('time between two of them', () => {
  const lingerMs = 200;

  test('the first waits for nothing, what comes after it shares the next', async () => {
    const { handle, calls, ends } = recording();
    const joined = joinBatches(handle, { ...options, lingerMs });
    const startedAt = performance.now();
    const first = joined(batch(0, 1), context);
    await vi.waitFor(() => expect(calls).toHaveLength(1), { interval: 5 });
    expect(performance.now() - startedAt).toBeLessThan(lingerMs / 2);
    ends.shift()?.resolve();
    await first;
    const next = Promise.all([joined(batch(1, 1), context), joined(batch(2, 1), context)]);
    await vi.waitFor(() => expect(calls).toHaveLength(2), { interval: 5 });
    expect(performance.now() - startedAt).toBeGreaterThan(lingerMs - 20);
    expect(calls[1]).toEqual(['orders/1/0', 'orders/2/0']);
    ends.shift()?.resolve();
    await next;
  });
});
