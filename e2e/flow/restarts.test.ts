import { expect, it } from 'vitest';
import { kafkaPort, startKafka, startPostgres } from '#platform/testing/containers.ts';
import { killAndStart } from '#platform/testing/kill-and-start.ts';
import { poll } from '#platform/testing/poll.ts';
import { expectExactlyOnce } from './exactly-once.ts';
import { flatWhite, placePatiently } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { setStage } from './stage.ts';

/** Customers that place orders one after another until they are told to stop. */
function customers(producer: RunningProducer, count: number) {
  const accepted: string[] = [];
  let going = true;
  const placeInTurn = async (customerId: string): Promise<void> => {
    while (going) accepted.push((await placePatiently(producer.url, flatWhite(customerId))).id);
  };
  const running = Promise.allSettled(
    Array.from({ length: count }, (_, index) => placeInTurn(`customer-${index}`)),
  );
  const stop = async (): Promise<string[]> => {
    going = false;
    const results = await running;
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'fulfilled'));
    return accepted;
  };
  return { accepted, stop, [Symbol.asyncDispose]: () => stop().then(() => undefined) };
}

// Guard: acks=-1, bounded retries, group membership that comes back by itself, also at another address.
it('loses and doubles no accepted order when the broker is killed under a stream of orders', async () => {
  await using kafka = await startKafka();
  const host = kafka.getHost();
  let port = kafka.getMappedPort(kafkaPort);
  await using stage = await setStage({ broker: () => ({ host, port }) });
  await using producer = await startProducer(stage);
  await using _consumer = await startConsumer(stage);
  await using stream = customers(producer, 4);
  await poll(() => stream.accepted.length >= 20, { what: 'the stream of orders' });
  port = await killAndStart(kafka, kafkaPort);
  const accepted = stream.accepted.length;
  await poll(() => stream.accepted.length >= accepted + 20, {
    what: 'orders after the restart',
    deadlineMs: 120_000,
  });
  await expectExactlyOnce(stage, await stream.stop());
}, 240_000);

// Guard: inbox, state and outbox in one transaction; the offset moves after it; fsync on.
it('loses and doubles no accepted order when PostgreSQL is killed while batches are applied', async () => {
  await using postgres = await startPostgres();
  const host = postgres.getHost();
  let port = postgres.getPort();
  await using stage = await setStage({ postgres: () => ({ host, port }) });
  await using producer = await startProducer(stage);
  await using _consumer = await startConsumer(stage);
  await using stream = customers(producer, 4);
  for (const round of [1, 2]) {
    const accepted = stream.accepted.length;
    await poll(() => stream.accepted.length >= accepted + 20, {
      what: `the stream of orders, round ${round}`,
    });
    port = await killAndStart(postgres, 5432);
  }
  const accepted = stream.accepted.length;
  await poll(() => stream.accepted.length >= accepted + 10, { what: 'orders after the restarts' });
  await expectExactlyOnce(stage, await stream.stop());
}, 240_000);

it('loses and doubles no order when members of the group come and go while batches are applied', async () => {
  await using stage = await setStage();
  await using producer = await startProducer(stage);
  const settings = { CONSUMER_MAX_BATCH: '5' };
  const first = await startConsumer(stage, {}, settings);
  await using stream = customers(producer, 4);
  await poll(() => stream.accepted.length >= 20, { what: 'the stream of orders' });
  await using _second = await startConsumer(stage, {}, settings);
  await poll(() => stream.accepted.length >= 60, { what: 'orders with two members' });
  await first[Symbol.asyncDispose]();
  await poll(() => stream.accepted.length >= 100, { what: 'orders with the second member' });
  await expectExactlyOnce(stage, await stream.stop());
}, 180_000);
