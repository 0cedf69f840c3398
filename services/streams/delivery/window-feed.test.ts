import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { windowStore } from '../tests/stored-windows.ts';
import { type FeedOptions, WindowFeed } from './window-feed.ts';

function setUp(options: Partial<FeedOptions> = {}) {
  const store = windowStore();
  return { store, feed: new WindowFeed({ ...store, maxClients: 5, ...options }) };
}

/** Reads on in the background; `ids` are those of the events so far. */
function read(stream: Readable) {
  const ids: number[] = [];
  const comments: string[] = [];
  const ended = (async () => {
    for await (const chunk of stream) {
      const id = /^id: (\d+)$/m.exec(String(chunk))?.[1];
      if (id === undefined) comments.push(String(chunk));
      else ids.push(Number(id));
    }
  })();
  return { ids, comments, ended };
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

it('gives each window to everybody, once and in order, from now on', async () => {
  const { store, feed } = setUp();
  store.close(3);
  await feed.refresh();
  const [one, other] = [read(feed.open({})), read(feed.open({}))];
  for (const count of [1, 5, 300]) {
    store.close(count);
    await feed.refresh();
  }
  await poll(() => one.ids.length === 306 && other.ids.length === 306);
  expect(one.ids).toEqual(upTo(309, 4));
  expect(other.ids).toEqual(one.ids);
  feed[Symbol.dispose]();
  await Promise.all([one.ended, other.ended]);
});

// Guard: whoever comes back says how far it got (Last-Event-ID).
it('goes on behind the window that a client had', async () => {
  const { store, feed } = setUp();
  store.close(20);
  await feed.refresh();
  const { ids } = read(feed.open({ after: 7 }));
  await poll(() => ids.length === 13);
  store.close(1);
  await feed.refresh();
  await poll(() => ids.length === 14);
  expect(ids).toEqual(upTo(21, 8));
  feed[Symbol.dispose]();
});

it('looks into the database for who is further behind than what is kept', async () => {
  const { store, feed } = setUp({ keep: 10 });
  store.close(1_000);
  await feed.refresh();
  const { ids } = read(feed.open({ after: 0 }));
  await poll(() => ids.length === 1_000);
  expect(ids).toEqual(upTo(1_000));
  feed[Symbol.dispose]();
});

it('takes a position that does not exist for the latest one', async () => {
  const { store, feed } = setUp();
  store.close(2);
  await feed.refresh();
  const { ids } = read(feed.open({ after: 4_711 }));
  store.close(1);
  await feed.refresh();
  await poll(() => ids.length === 1);
  expect(ids).toEqual([3]);
  feed[Symbol.dispose]();
});

it('leaves out other kinds when one is asked for', async () => {
  const { store, feed } = setUp();
  await feed.refresh();
  const { ids } = read(feed.open({ kind: 'tumbling-1m' }));
  store.close(3);
  store.close(1, 'tumbling-1m');
  store.close(3);
  await feed.refresh();
  await poll(() => ids.length === 1);
  expect(ids).toEqual([4]);
  feed[Symbol.dispose]();
});

// Guard: back-pressure. What a client does not read is not kept for it.
it('holds nothing for a client that never reads', async () => {
  const { store, feed } = setUp({ keep: 10 });
  await feed.refresh();
  const stream = feed.open({ after: 0 });
  stream.read(0);
  for (let round = 0; round < 50; round += 1) {
    store.close(20);
    await feed.refresh();
  }
  expect(stream.readableLength).toBeLessThanOrEqual(2);
  // It has lost nothing all the same.
  const { ids } = read(stream);
  await poll(() => ids.length === 1_000);
  expect(ids).toEqual(upTo(1_000));
  feed[Symbol.dispose]();
});

it('cuts off who has not read for long, and nobody who waits for something to come', async () => {
  const { store, feed } = setUp({ keepAliveMs: 20, stalledAfterMs: 100 });
  await feed.refresh();
  const stuck = feed.open({});
  stuck.read(0);
  const patient = read(feed.open({}));
  store.close(3);
  await feed.refresh();
  await poll(() => stuck.destroyed, { what: 'the stuck client to be cut off' });
  await poll(() => patient.comments.filter((text) => text === ': still here\n\n').length > 3);
  expect(feed.clients).toBe(1);
  feed[Symbol.dispose]();
});

// Guard: the number of clients is bounded.
it('refuses more clients than it may have, until one goes', async () => {
  const { feed } = setUp({ maxClients: 2 });
  const streams = [feed.open({}), feed.open({})];
  expect(() => feed.open({})).toThrow(/2 clients follow already/);
  streams[0]?.destroy();
  await poll(() => feed.clients === 1);
  feed.open({});
  feed[Symbol.dispose]();
});

it('ends every stream when it is disposed', async () => {
  const { feed } = setUp();
  const clients = [read(feed.open({})), read(feed.open({}))];
  feed[Symbol.dispose]();
  await Promise.all(clients.map(({ ended }) => ended));
  await poll(() => feed.clients === 0);
});
