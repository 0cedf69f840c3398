import { placeOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import { orderAccepted, orderAcceptedType } from '#contracts/events/order-events.ts';
import { orderEventsTopic, ordersDeadLetterTopic, ordersTopic } from '#contracts/topics.ts';
import { decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { type Positions, positionKey, TopicFollower } from '../stack/topic-follower.ts';
import { cartOf } from './cart.ts';
import type { AcceptedEvent, Command, DeadLetter } from './evidence.ts';

/** What Kafka has, read from the beginning and kept up to date by `catchUp`. */
export class KafkaEvidence implements AsyncDisposable {
  readonly commands: Command[] = [];
  readonly accepted: AcceptedEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  #follower: TopicFollower | undefined;
  #commandEnds: Positions = new Map();

  /** @throws UserError when Kafka can't be read */
  static async read(broker: string): Promise<KafkaEvidence> {
    const evidence = new KafkaEvidence();
    const topics = [ordersTopic, orderEventsTopic, ordersDeadLetterTopic].map(({ name }) => name);
    const follower = await TopicFollower.start(broker, topics, 'beginning', (message) =>
      evidence.add(message),
    );
    evidence.#follower = follower;
    evidence.#commandEnds = await follower.endOffsets([ordersTopic.name]);
    return evidence;
  }

  /** Waits until all commands that were there at the start are read; later ones are another reconciliation's. */
  async readCommands(deadlineMs: number, signal: AbortSignal): Promise<void> {
    await this.#follower?.readUpTo(this.#commandEnds, deadlineMs, signal);
    const ends = this.#commandEnds;
    const early = this.commands.filter(
      ({ partition, offset }) => offset < (ends.get(positionKey(ordersTopic.name, partition)) ?? 0),
    );
    this.commands.splice(0, this.commands.length, ...early);
  }

  /** Waits until every event and dead letter that is there now is read. */
  async catchUp(deadlineMs: number, signal: AbortSignal): Promise<void> {
    const ends = await this.#follower?.endOffsets([orderEventsTopic.name, ordersDeadLetterTopic.name]);
    if (ends) await this.#follower?.readUpTo(ends, deadlineMs, signal);
  }

  add(message: IncomingMessage): void {
    const place = { partition: message.partition, offset: Number(message.offset) };
    if (message.topic === ordersDeadLetterTopic.name) {
      const code = message.headers.dlq_error_code ?? 'without a code';
      this.deadLetters.push({ ...place, orderId: message.key, code });
      return;
    }
    const event = decoded(message);
    // What is no event of ours is the business of the dead letter topic, whose entries are compared.
    if (!event) return;
    if (message.topic === ordersTopic.name && event.type === placeOrderType) {
      const { data } = placeOrder.safeParse(event.data);
      if (!data) return;
      const { orderId, fingerprint } = data;
      const cart = cartOf(data.lines, data.totalCents);
      const writtenAt = message.timestampMs;
      this.commands.push({ ...place, ...cart, orderId, fingerprint, writtenAt, eventId: event.id });
    } else if (message.topic === orderEventsTopic.name && event.type === orderAcceptedType) {
      const { data } = orderAccepted.safeParse(event.data);
      if (!data) return;
      const { orderId, orderVersion, acceptedAt } = data;
      this.accepted.push({
        ...place,
        ...cartOf(data.lines, data.totalCents),
        orderId,
        orderVersion,
        acceptedAt,
        eventId: event.id,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower?.[Symbol.asyncDispose]();
  }
}

function decoded(message: IncomingMessage) {
  try {
    return decodeEvent(message);
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
