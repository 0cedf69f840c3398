import { actOnOrder, placeOrder, placeOrderType } from '#contracts/events/order-commands.ts';
import {
  commandRefused,
  commandRefusedType,
  orderAccepted,
  orderAcceptedType,
  orderMoved,
} from '#contracts/events/order-events.ts';
import { orderEventsTopic, ordersDeadLetterTopic, ordersTopic } from '#contracts/topics.ts';
import { type CloudEvent, decodeEvent, MalformedEventError } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import type { KafkaAccess } from '../stack/kafka.ts';
import { type Positions, positionKey, TopicFollower } from '../stack/topic-follower.ts';
import { cartOf } from './cart.ts';
import type { AcceptedEvent, Act, Command, DeadLetter, Place, RefusalEvent, StateEvent } from './evidence.ts';

/** What Kafka has, read from the beginning and kept up to date by `catchUp`. */
export class KafkaEvidence implements AsyncDisposable {
  readonly commands: Command[] = [];
  readonly acts: Act[] = [];
  readonly accepted: AcceptedEvent[] = [];
  readonly states: StateEvent[] = [];
  readonly refusals: RefusalEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  #follower: TopicFollower | undefined;
  #commandEnds: Positions = new Map();

  /** @throws UserError when Kafka can't be read */
  static async read(access: KafkaAccess): Promise<KafkaEvidence> {
    const evidence = new KafkaEvidence();
    const topics = [ordersTopic, orderEventsTopic, ordersDeadLetterTopic].map(({ name }) => name);
    const follower = await TopicFollower.start(access, topics, 'beginning', (message) =>
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
    const early = ({ partition, offset }: Place): boolean =>
      offset < (ends.get(positionKey(ordersTopic.name, partition)) ?? 0);
    keep(this.commands, early);
    keep(this.acts, early);
  }

  /** The commands that were read so far, apart from what comes later. */
  commandsUntilNow(): { commands: Command[]; acts: Act[] } {
    return { commands: [...this.commands], acts: [...this.acts] };
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
      this.deadLetters.push({ ...place, orderId: message.key, eventId: message.headers.ce_id, code });
      return;
    }
    const event = decoded(message);
    // What is no event of ours is the business of the dead letter topic, whose entries are compared.
    if (!event) return;
    if (message.topic === ordersTopic.name) this.#addCommand(message, event, place);
    else if (message.topic === orderEventsTopic.name) this.#addEvent(event, place);
  }

  #addCommand(message: IncomingMessage, event: CloudEvent<unknown>, place: Place): void {
    const writtenAt = message.timestampMs;
    if (event.type === placeOrderType) {
      const { data } = placeOrder.safeParse(event.data);
      if (!data) return;
      const { orderId, fingerprint } = data;
      const cart = cartOf(data.lines, data.totalCents);
      this.commands.push({ ...place, ...cart, orderId, fingerprint, writtenAt, eventId: event.id });
      return;
    }
    const { data } = actOnOrder.safeParse(event.data);
    if (!data) return;
    this.acts.push({ ...place, orderId: data.orderId, action: data.action, writtenAt, eventId: event.id });
  }

  #addEvent(event: CloudEvent<unknown>, place: Place): void {
    const eventId = event.id;
    if (event.type === orderAcceptedType) {
      const { data } = orderAccepted.safeParse(event.data);
      if (!data) return;
      const { orderId, orderVersion, acceptedAt, commandId, status } = data;
      this.states.push({ ...place, orderId, eventId, orderVersion, commandId, status, paid: false });
      this.accepted.push({
        ...place,
        ...cartOf(data.lines, data.totalCents),
        orderId,
        orderVersion,
        acceptedAt,
        eventId,
      });
    } else if (event.type === commandRefusedType) {
      const { data } = commandRefused.safeParse(event.data);
      if (data) this.refusals.push({ orderId: data.orderId, commandId: data.commandId, eventId });
    } else {
      const { data } = orderMoved.safeParse(event.data);
      if (!data) return;
      const { orderId, orderVersion, commandId, status, paid } = data;
      this.states.push({ ...place, orderId, eventId, orderVersion, commandId, status, paid });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower?.[Symbol.asyncDispose]();
  }
}

function keep<T>(list: T[], wanted: (element: T) => boolean): void {
  const kept = list.filter(wanted);
  list.length = 0;
  for (const element of kept) list.push(element);
}

function decoded(message: IncomingMessage) {
  try {
    return decodeEvent(message);
  } catch (error) {
    if (error instanceof MalformedEventError) return undefined;
    throw error;
  }
}
