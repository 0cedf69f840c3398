import { randomUUID } from 'node:crypto';
import { orderEventsTopic } from '#contracts/topics.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import { BatchConsumer } from '#platform/kafka/batch-consumer.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { answerWithin, retryWithin } from '#platform/lifecycle/abort.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { connectKafka, type KafkaAccess } from '../stack/kafka.ts';

// Leaderships move for some seconds after a broker went or came.
const settleWithinMs = 30_000;
const attemptMs = 5_000;

/**
 * Hands over what comes into order-events.v1 from now on, at least once, whatever happens to Kafka meanwhile: unlike a
 * command that reads Kafka once, a simulated day has to survive the faults that it is there for.
 *
 * @throws UserError when Kafka can't be reached now
 */
export async function followOrderEvents(
  access: KafkaAccess,
  onEvent: (message: IncomingMessage) => void,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const log = createLogger('coffee', 'silent');
  const kafka = connectKafka(access, 'coffee-traffic', log);
  const groupId = `coffee-traffic-${randomUUID()}`;
  const admin = kafka.admin();
  await using parts = new AsyncDisposableStack();
  try {
    await answerWithin(attemptMs, admin.connect());
    parts.defer(() => admin.disconnect());
    const topic = orderEventsTopic.name;
    const beginHere = async (): Promise<void> => {
      const ends = await admin.fetchTopicOffsets(topic);
      const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.setOffsets({ groupId, topic, partitions });
    };
    await retryWithin(settleWithinMs, () => answerWithin(attemptMs, beginHere()), signal);
    parts.defer(() => deleteGroup(admin, groupId));
    const handle = async (messages: readonly IncomingMessage[]): Promise<void> => messages.forEach(onEvent);
    const consumer = parts.use(new BatchConsumer(kafka, { groupId, topics: [topic], handle }, log));
    await retryWithin(settleWithinMs, () => answerWithin(attemptMs, consumer.ping()), signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UserError(
      `The events of orders can't be followed: ${messageOf(cause)}`,
      'Is the stack up? ./coffee ps shows its state, ./coffee up starts it.',
      { cause },
    );
  }
  return parts.move();
}

async function deleteGroup(
  admin: { deleteGroups(ids: string[]): Promise<unknown> },
  groupId: string,
): Promise<void> {
  await admin.deleteGroups([groupId]).catch((error: unknown) => {
    say(`Note: the temporary consumer group ${groupId} stays until it expires (${messageOf(error)}).`);
  });
}
