import { describe, expect, it, vi } from 'vitest';
import { BatchingProducer } from './batching-producer.ts';
import type { OutgoingMessage } from './messages.ts';
import type { TracedMessage } from './sender.ts';

const message = (key: string): OutgoingMessage => ({ topic: 'orders.v1', key, value: '{}', headers: {} });

/** A sender whose requests the test answers. */
function heldSender() {
  const requests: { keys: string[]; resolve: () => void; reject: (error: Error) => void }[] = [];
  const send = (batch: readonly TracedMessage[]): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    requests.push({ keys: batch.map((entry) => entry.message.key), resolve, reject });
    return promise;
  };
  return { send, requests };
}

it('lets concurrent callers share a produce request and answers each after the acknowledgement', async () => {
  const sender = heldSender();
  const producer = new BatchingProducer(sender);
  const settled = vi.fn();
  const all = Promise.all(['a', 'b', 'c'].map((key) => producer.publish(message(key)).then(settled)));
  await vi.waitFor(() => expect(sender.requests).toHaveLength(1));
  expect(sender.requests[0]?.keys).toEqual(['a', 'b', 'c']);
  expect(settled).not.toHaveBeenCalled();
  sender.requests[0]?.resolve();
  await all;
  expect(settled).toHaveBeenCalledTimes(3);
  expect(producer.pending).toBe(0);
});

it('sends a full batch at once and holds back what exceeds the requests under way', async () => {
  const sender = heldSender();
  const producer = new BatchingProducer(sender, { maxBatch: 2, maxInFlight: 1, lingerMs: 60_000 });
  const all = Promise.all(['a', 'b', 'c', 'd'].map((key) => producer.publish(message(key))));
  expect(sender.requests.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  expect(producer.pending).toBe(4);
  sender.requests[0]?.resolve();
  await vi.waitFor(() => expect(sender.requests).toHaveLength(2));
  expect(sender.requests[1]?.keys).toEqual(['c', 'd']);
  sender.requests[1]?.resolve();
  await all;
});

it('lets what waits go on waiting for others when a request is answered', async () => {
  vi.useFakeTimers();
  try {
    const sender = heldSender();
    const producer = new BatchingProducer(sender, { lingerMs: 5 });
    const all = [producer.publish(message('a'))];
    await vi.advanceTimersByTimeAsync(5);
    all.push(producer.publish(message('b')));
    await vi.advanceTimersByTimeAsync(3);
    sender.requests[0]?.resolve();
    await all[0];
    all.push(producer.publish(message('c')));
    await vi.advanceTimersByTimeAsync(2);
    expect(sender.requests.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
    sender.requests[1]?.resolve();
    await Promise.all(all);
  } finally {
    vi.useRealTimers();
  }
});

it('refuses what does not fit into its queue', async () => {
  const sender = heldSender();
  const producer = new BatchingProducer(sender, { maxPending: 1 });
  const first = producer.publish(message('a'));
  await expect(producer.publish(message('b'))).rejects.toMatchObject({
    code: 'overloaded',
    retryAfterSeconds: 2,
  });
  await vi.waitFor(() => expect(sender.requests).toHaveLength(1));
  sender.requests[0]?.resolve();
  await first;
});

describe('when Kafka does not acknowledge', () => {
  it('says that the outcome is unknown, to every caller of the request', async () => {
    const sender = heldSender();
    const producer = new BatchingProducer(sender);
    const all = Promise.allSettled([producer.publish(message('a')), producer.publish(message('b'))]);
    await vi.waitFor(() => expect(sender.requests).toHaveLength(1));
    sender.requests[0]?.reject(new Error('connection lost'));
    for (const result of await all) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'outcome-unknown', status: 503 } });
    }
  });

  it('says so as well when the answer is late, whatever comes of it', async () => {
    const sender = heldSender();
    const producer = new BatchingProducer(sender, { deadlineMs: 20 });
    const late = producer.publish(message('a'));
    await expect(late).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(producer.pending).toBe(1);
    sender.requests[0]?.resolve();
    await vi.waitFor(() => expect(producer.pending).toBe(0));
  });

  it('says that nothing was sent to who still waited in the queue', async () => {
    const sender = heldSender();
    const producer = new BatchingProducer(sender, { maxBatch: 1, maxInFlight: 1, deadlineMs: 20 });
    const results = Promise.allSettled([producer.publish(message('a')), producer.publish(message('b'))]);
    const [first, second] = await results;
    expect(first).toMatchObject({ reason: { code: 'outcome-unknown' } });
    expect(second).toMatchObject({ reason: { code: 'dependency-unavailable', retryAfterSeconds: 2 } });
    sender.requests[0]?.resolve();
    await producer[Symbol.asyncDispose]();
    expect(sender.requests).toHaveLength(1);
  });
});

it('answers every caller before its disposal ends', async () => {
  const sender = heldSender();
  const producer = new BatchingProducer(sender, { lingerMs: 60_000 });
  const published = producer.publish(message('a'));
  const disposed = vi.fn();
  const disposal = producer[Symbol.asyncDispose]().then(disposed);
  expect(sender.requests).toHaveLength(1);
  await Promise.resolve();
  expect(disposed).not.toHaveBeenCalled();
  sender.requests[0]?.resolve();
  await published;
  await disposal;
});
