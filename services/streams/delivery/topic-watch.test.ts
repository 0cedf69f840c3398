import { expect, it } from 'vitest';
import type { Kafka } from '#platform/kafka/client.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { TopicWatch } from './topic-watch.ts';

function setUp(next: number) {
  const { log, lines } = recordingLog();
  const admin = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, offset: '9', low: '2', high: '9' }]),
  };
  const watch = new TopicWatch({
    kafka: { admin: () => admin } as unknown as Kafka,
    topics: ['orders.v1'],
    progress: () => Promise.resolve(new Map([['orders.v1/0', { next, eventTime: undefined }]])),
    log,
  });
  return { watch, lines };
}

it('says where partitions begin and end', async () => {
  const { watch, lines } = setUp(9);
  const { ends } = await watch.ask();
  expect([...ends]).toEqual([['orders.v1/0', { low: 2, high: 9 }]]);
  expect(lines).toEqual([]);
  await watch[Symbol.asyncDispose]();
});

// Guard: what a Kafka gets that was set up anew is taken for read; nobody would notice.
it('says once that Kafka ends before what was read from it', async () => {
  const { watch, lines } = setUp(10);
  await watch.ask();
  await watch.ask();
  expect(lines).toEqual([expect.objectContaining({ level: 'error', partitions: 'orders.v1/0' })]);
});
