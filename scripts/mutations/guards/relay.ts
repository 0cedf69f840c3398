import type { Family, NamedTest } from '../mutation.ts';

const outbox = 'platform/outbox/outbox.ts';
const relayFile = 'platform/outbox/relay.ts';
const test = (name: string): NamedTest => ({
  project: 'integration',
  file: 'platform/outbox/tests/relay.test.ts',
  name,
});

/** The outbox is published at least once, in order for each key, by one relay a shard. */
export const relay: Family = {
  name: 'relay',
  mutations: [
    {
      name: 'by id',
      guard: 'events of an order are published in their order (decision 5)',
      file: outbox,
      find: 'as waiting\n        order by id limit',
      replace: 'as waiting\n        order by id desc limit',
      test: test('publishes in the order of the ids and marks what it has published'),
    },
    {
      name: 'each once',
      guard: 'what is marked as published is not published again (decision 5)',
      file: outbox,
      find: 'where published_at is null and outbox.shard = wanted.shard',
      replace: 'where outbox.shard = wanted.shard',
      test: test('publishes in the order of the ids and marks what it has published'),
    },
    {
      name: 'marks after sending',
      guard: 'an event is marked only when every in-sync replica has it (decision 5, ADR 3)',
      file: relayFile,
      find: 'await this.#sender.send(',
      replace:
        'await this.#outbox.markPublished(this.#database as never, rows.map((row) => row.id)); await this.#sender.send(',
      test: test('publishes again, under the same ids and in the same order, what was not acknowledged'),
    },
    {
      name: 'a failed request is not marked',
      guard: 'what Kafka did not acknowledge is published again (decision 5, ADR 3)',
      file: relayFile,
      find: '({ message, context: contextFromHeaders(trace) })),\n      );',
      replace: '({ message, context: contextFromHeaders(trace) })),\n      ).catch(() => undefined);',
      test: test('publishes again, under the same ids and in the same order, what was not acknowledged'),
    },
    {
      name: 'locks of shards',
      guard: 'a shard is published by one relay at a time (decision 5, ADR 3)',
      file: outbox,
      find: 'pg_try_advisory_xact_lock(?, shard)',
      replace: '?::int <> shard',
      test: test('leaves to another relay what that one is publishing'),
    },
    {
      name: 'locks of its own',
      guard: 'a service whose Kafka hangs holds up no other one (decision 5)',
      file: outbox,
      find: 'this.#lockClass = lockClass;',
      replace: 'this.#lockClass = lockClass * 0;',
      test: test('is not held up by the relay of another outbox'),
    },
    {
      name: 'only its shards',
      guard: 'a relay publishes only what is in the shards that it holds (decision 5, ADR 3)',
      file: outbox,
      find: 'and outbox.shard = wanted.shard order',
      replace: 'and wanted.shard is not null order',
      test: test('takes for publication only what is in the shards that it holds'),
    },
    {
      name: 'a key has one shard',
      guard: 'all events of an order are in one shard (decision 5)',
      file: outbox,
      find: 'shard: shardOf(message.key),',
      replace: 'shard: shardOf(String(message.headers.ce_id)),',
      test: test('puts all events of a key into one shard'),
    },
    {
      name: 'goes on after a failure',
      guard: 'an outage of PostgreSQL or Kafka ends no relay (decision 5)',
      file: relayFile,
      find: 'await this.#rest(backoff(failures));',
      replace: 'return;',
      test: test('goes on after the database could not serve it'),
    },
    {
      name: 'limit of shards',
      guard: 'one replica leaves work to the others (ADR 3)',
      file: relayFile,
      find: 'this.#outbox.lockShards(transaction, this.#maxShards)',
      replace: 'this.#outbox.lockShards(transaction, shardCount)',
      test: test('leaves shards to other replicas'),
    },
    {
      name: 'the mark is in the transaction of the lock',
      guard: 'what a killed relay could not mark is published again (decision 5, ADR 3)',
      file: relayFile,
      find: 'await this.#sender.send(',
      replace:
        'await this.#outbox.markPublished(this.#database as never, rows.map((row) => row.id)); await this.#sender.send(',
      test: test('publishes again what a relay published that was killed before it could mark it'),
    },
  ],
};
