import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { orderEventsTopic } from '#contracts/topics.ts';
import { createDatabase, type Database } from '#platform/database/database.ts';
import type { TracedMessage } from '#platform/kafka/sender.ts';
import { poll } from '#platform/testing/poll.ts';
import { quietLog, recordingLog } from '#platform/testing/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { Outbox, type OutboxEntry, outboxTable, shardCount, shardOf } from '../outbox.ts';
import { Relay, type RelayOptions, type RelayParts } from '../relay.ts';

const table = 'public.outbox';
const outbox = new Outbox({ table, lockClass: 1 });
let book: TestDatabase;

beforeAll(async () => {
  book = await createTestDatabase(inject('postgres'));
  await book.database.raw(outboxTable(table));
});
beforeEach(() => book.database.raw('truncate outbox'));
afterAll(() => book[Symbol.asyncDispose]());

const entry = (key: string, note: string, id: string = randomUUID()): OutboxEntry => ({
  message: { topic: orderEventsTopic.name, key, value: note, headers: { ce_id: id } },
  trace: {},
});
const put = (entries: readonly OutboxEntry[]): Promise<void> =>
  book.database.transaction((transaction) => outbox.insert(transaction, entries));
const startRelay = (
  database: Database,
  sender: RelayParts['sender'],
  log: RelayParts['log'],
  options: RelayOptions,
): Relay => new Relay({ database, outbox, sender, log }, options);
const unpublished = (): Promise<unknown[]> => book.database('outbox').whereNull('published_at');

/** Takes what relays send; `during` runs while a request is under way. */
function recordingSender(
  during: (batch: readonly TracedMessage[]) => Promise<void> = () => Promise.resolve(),
) {
  const sent: { key: string; note: string; id: string | undefined }[] = [];
  const send = async (batch: readonly TracedMessage[]): Promise<void> => {
    for (const { message } of batch) {
      sent.push({ key: message.key, note: String(message.value), id: message.headers.ce_id });
    }
    await during(batch);
  };
  return { send, sent };
}

it('publishes in the order of the ids and marks what it has published', async () => {
  await put(['1', '2', '3'].map((note) => entry('an-order', note)));
  const sender = recordingSender();
  await using relay = startRelay(book.database, sender, quietLog(), { pollMs: 20, maxBatch: 2 });
  await poll(async () => (await unpublished()).length === 0, { what: 'all events to be marked' });
  expect(sender.sent.map(({ note }) => note)).toEqual(['1', '2', '3']);
  await poll(() => relay.lagMs === 0, { what: 'the lag to be gone' });
});

it('is woken up by a poke', async () => {
  const sender = recordingSender();
  await using relay = startRelay(book.database, sender, quietLog(), { pollMs: 3_600_000 });
  await put([entry('an-order', 'woken')]);
  await poll(() => {
    relay.poke();
    return sender.sent.length === 1;
  });
});

// Guard: marking after publishing. With the mark first, the events of a failed request are lost.
it('publishes again, under the same ids and in the same order, what was not acknowledged', async () => {
  const entries = ['1', '2', '3'].map((note) => entry('an-order', note));
  await put(entries);
  let failures = 2;
  const sender = recordingSender(() => {
    failures -= 1;
    return failures >= 0 ? Promise.reject(new Error('connection lost')) : Promise.resolve();
  });
  await using _relay = startRelay(book.database, sender, quietLog(), { pollMs: 20 });
  await poll(async () => (await unpublished()).length === 0, { what: 'all events to be marked' });
  expect(sender.sent.map(({ note }) => note)).toEqual(['1', '2', '3', '1', '2', '3', '1', '2', '3']);
  expect(new Set(sender.sent.map(({ id }) => id)).size).toBe(3);
});

// Guard: the mark is in the transaction of the shard's lock. The relay dies after Kafka has the events.
it('publishes again what a relay published that was killed before it could mark it', async () => {
  await put([entry('an-order', '1')]);
  const doomed = createDatabase({ ...book.options, applicationName: 'doomed-relay' });
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  const killed = recordingSender(async () => {
    const kill =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed-relay'";
    await book.database.raw(kill);
    resolve();
    throw new Error('this relay is dead');
  });
  {
    await using _relay = startRelay(doomed, killed, quietLog(), { pollMs: 3_600_000 });
    await dead;
  }
  await doomed.destroy();
  expect(await unpublished()).toHaveLength(1);
  const survivor = recordingSender();
  await using _relay = startRelay(book.database, survivor, quietLog(), { pollMs: 20 });
  await poll(async () => (await unpublished()).length === 0);
  expect(survivor.sent).toEqual([killed.sent[0]]);
});

// Guard: the shard's advisory lock. Without it the second relay publishes what is under way in the first.
it('leaves to another relay what that one is publishing', async () => {
  const keys = Array.from({ length: 200 }, () => randomUUID());
  const mine = keys[0] ?? '';
  await put([entry(mine, 'held')]);
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  // Also when the test fails: a transaction that never ends would hold up the end of its pool for minutes.
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(release);
  const slow = recordingSender(() => answer);
  const first = startRelay(book.database, slow, quietLog(), { pollMs: 3_600_000 });
  await poll(() => slow.sent.length === 1, { what: 'the first relay to hold the shards' });

  await put([entry(mine, 'behind the held one')]);
  const second: Database = createDatabase(book.options);
  const quick = recordingSender();
  const other = startRelay(second, quick, quietLog(), { pollMs: 20 });
  // It has looked: it sees the lag, but may not take the shard.
  await poll(() => other.lagMs > 0);
  expect(await other.publishOnce()).toBe(0);
  expect(quick.sent).toEqual([]);
  release();
  await poll(async () => (await unpublished()).length === 0);
  await first[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await second.destroy();
  expect([...slow.sent, ...quick.sent].map(({ note }) => note)).toEqual(['held', 'behind the held one']);
});

// Guard: a relay that holds some of the shards leaves the others to whoever holds them.
it('takes for publication only what is in the shards that it holds', async () => {
  const [mine, theirs] = ['mine', 'theirs'];
  expect(shardOf(mine)).not.toBe(shardOf(theirs));
  await put([entry(theirs, 'theirs'), entry(mine, 'mine')]);
  const rows = await book.database.transaction((transaction) =>
    outbox.unpublished(transaction, [shardOf(mine)], 9),
  );
  expect(rows.map(({ message }) => message.value)).toEqual(['mine']);
});

it('puts all events of a key into one shard', async () => {
  await put(['1', '2', '3', '4', '5'].map((note) => entry('an-order', note)));
  const shards = await book.database('outbox').distinct('shard');
  expect(shards).toEqual([{ shard: shardOf('an-order') }]);
});

it('keeps the order of every key with several relays at work, each event once', async () => {
  const keys = Array.from({ length: 40 }, () => randomUUID());
  const sent: { key: string; note: string }[] = [];
  const send = (batch: readonly TracedMessage[]): Promise<void> => {
    sent.push(...batch.map(({ message }) => ({ key: message.key, note: String(message.value) })));
    return Promise.resolve();
  };
  const relays = [1, 2, 3].map(() =>
    startRelay(book.database, { send }, quietLog(), { pollMs: 10, maxBatch: 7 }),
  );
  for (let round = 0; round < 10; round += 1) await put(keys.map((key) => entry(key, String(round))));
  await poll(async () => (await unpublished()).length === 0);
  for (const relay of relays) await relay[Symbol.asyncDispose]();
  for (const key of keys) {
    const notes = sent.filter((event) => event.key === key).map(({ note }) => Number(note));
    expect(notes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

it('goes on after the database could not serve it', async () => {
  const sender = recordingSender();
  const { log, lines } = recordingLog();
  await book.database.raw('alter table outbox rename to hidden');
  await using _relay = startRelay(book.database, sender, log, { pollMs: 20 });
  await poll(() => lines.some(({ msg }) => msg === 'relay failed, trying again'));
  await book.database.raw('alter table hidden rename to outbox');
  await put([entry('an-order', 'after')]);
  await poll(() => sender.sent.length === 1);
});

it('spreads keys over all shards', () => {
  const shards = new Set(Array.from({ length: 1_000 }, () => shardOf(randomUUID())));
  expect(shards.size).toBe(shardCount);
});

// Guard: the limit of shards. Without it one replica takes all the work and the others none.
it('leaves shards to other replicas', async () => {
  const keys = Array.from({ length: 200 }, () => randomUUID());
  await put(keys.map((key) => entry(key, 'x')));
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  // Also when the test fails, as above.
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(release);
  const [slow, quick] = [recordingSender(() => answer), recordingSender()];
  const first = startRelay(book.database, slow, quietLog(), { pollMs: 3_600_000 });
  await poll(() => slow.sent.length > 0, { what: 'the first relay to hold its shards' });
  const second = startRelay(book.database, quick, quietLog(), { pollMs: 3_600_000 });
  await poll(() => quick.sent.length > 0, { what: 'the second relay to publish as well' });
  release();
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
  const published = [...slow.sent, ...quick.sent].map(({ key }) => key);
  expect(new Set(published).size).toBe(published.length);
});

// Guard: each outbox has its own locks. With those of another one, two services would wait for each other's Kafka.
it('is not held up by the relay of another outbox', async () => {
  const other = new Outbox({ table: 'public.other_outbox', lockClass: 2 });
  await book.database.raw('create table other_outbox (like outbox including all)');
  await put([entry('an-order', 'held')]);
  await book.database.transaction((transaction) => other.insert(transaction, [entry('an-order', 'other')]));
  const { promise: answer, resolve: release } = Promise.withResolvers<void>();
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(release);
  const slow = recordingSender(() => answer);
  cleanUp.use(startRelay(book.database, slow, quietLog(), { pollMs: 3_600_000 }));
  cleanUp.defer(release);
  await poll(() => slow.sent.length === 1, { what: 'the first relay to hold its shard' });
  const quick = recordingSender();
  const parts = { database: book.database, outbox: other, sender: quick, log: quietLog() };
  cleanUp.use(new Relay(parts, { pollMs: 20 }));
  await poll(() => quick.sent.length === 1, { what: 'the other outbox to be published' });
  expect(quick.sent.map(({ note }) => note)).toEqual(['other']);
});
