import { AssignerProtocol } from 'kafkajs';
import { expect } from 'vitest';
import { orderEventsTopic, ordersTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { TopicRecorder } from '#platform/testing/topic-recorder.ts';
import { openedTypes } from './orders.ts';
import type { Stage } from './stage.ts';

/** Where an order has got to, for the error of a test that misses it. */
async function whereabouts(
  { directKafka, database, recorder, environment }: Stage,
  id: string,
): Promise<string> {
  const admin = directKafka.admin();
  await admin.connect();
  const groupId = environment('consumer').CONSUMER_GROUP ?? '';
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [ordersTopic.name] });
  const { groups } = await admin.describeGroups([groupId]);
  await admin.disconnect();
  // A second look at the log, which owes nothing to the first recorder.
  await using second = await TopicRecorder.start(directKafka, [orderEventsTopic.name], 'beginning');
  const inLog = await second.atLeast(1, orderEventsTopic.name, id).catch(() => []);
  const commands = recorder.messages(ordersTopic.name, id);
  const partitions = new Set(commands.map(({ partition }) => partition));
  return JSON.stringify({
    commands: commands.map(({ partition, offset }) => ({ partition, offset })),
    committed: offsets?.partitions.filter(({ partition }) => partitions.has(partition)),
    group: groups.map(({ state, members }) => ({
      state,
      members: members.map(({ clientId, memberAssignment }) => [
        clientId,
        AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
      ]),
    })),
    orders: await database('orders.orders').where({ order_id: id }).select('accepted_at'),
    outbox: await database('orders.outbox').where({ key: id }).select('id', 'created_at', 'published_at'),
    unpublished: (await database('orders.outbox').whereNull('published_at')).length,
    recorded: recorder.messages().length,
    inLog: inLog.map(({ partition, offset }) => ({ partition, offset })),
    logLength: second.messages().length,
    recordedEvents: recorder.messages(orderEventsTopic.name).length,
    recordedOfPartition: recorder
      .messages(orderEventsTopic.name)
      .filter(({ partition }) => partition === inLog[0]?.partition)
      .map(({ offset }) => offset),
  });
}

/** Each of the orders is in the order book, and one event tells of each change, however often that was published. */
export async function expectExactlyOnce(stage: Stage, ids: readonly string[]): Promise<void> {
  const { database, recorder } = stage;
  const missing = (): string | undefined =>
    ids.find((id) => recorder.messages(orderEventsTopic.name, id).length === 0);
  try {
    await poll(() => missing() === undefined, { what: 'an event of every order' });
  } catch (error) {
    const id = missing();
    throw new Error(id ? `order ${id} is missing: ${await whereabouts(stage, id)}` : 'late', {
      cause: error,
    });
  }
  expect(await database('orders.orders').whereIn('order_id', ids)).toHaveLength(ids.length);
  await poll(async () => (await database('orders.outbox').whereNull('published_at')).length === 0);
  await recorder.upToNow(orderEventsTopic.name);
  for (const id of ids) {
    const events = recorder.messages(orderEventsTopic.name, id);
    const types = new Map(events.map(({ headers }) => [headers.ce_id, headers.ce_type]));
    expect([...types.values()]).toEqual(openedTypes);
  }
}
