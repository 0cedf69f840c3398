import type { ActOnOrder, PlaceOrder } from '#contracts/events/order-commands.ts';
import type { RefusalCode } from '#contracts/events/order-events.ts';
import { isRefundDue } from '#contracts/order-lifecycle.ts';
import type { CloudEvent } from '#platform/kafka/cloudevents.ts';
import type { ActCommand, OrderCommand, PlaceCommand } from './commands.ts';
import { afterAcceptance, decide } from './decide.ts';
import { commandRefusedEvent, orderAcceptedEvent, orderConflictEvent, orderMovedEvent } from './events.ts';
import { type OrderRecord, openedBy } from './order.ts';

export interface Opened {
  readonly command: PlaceCommand;
  /** As it is at the end of the batch. */
  readonly order: OrderRecord;
}

export interface Changed {
  /** The version that it had before the batch. */
  readonly before: number;
  /** As it is at the end of the batch. */
  readonly order: OrderRecord;
}

export interface Refused {
  readonly command: ActCommand;
  readonly code: RefusalCode;
}

/** What a batch of commands does, ready to be written. */
export interface BatchEffects {
  readonly opened: readonly Opened[];
  readonly changed: readonly Changed[];
  readonly conflicts: readonly PlaceCommand[];
  readonly refused: readonly Refused[];
  /** In the order in which they happened, each with the command that caused it. */
  readonly events: readonly { readonly command: OrderCommand; readonly event: CloudEvent<unknown> }[];
}

/**
 * Applies commands, in the order of their partition, to the orders that are known. Pure: the same commands on the same
 * orders have the same effects.
 *
 * @param known the orders that exist, by id.
 * @param answered ids of the commands among these that changed nothing before, as a conflict or refused.
 * @param now RFC 3339, stands in the events.
 */
export function foldBatch(
  commands: readonly OrderCommand[],
  known: ReadonlyMap<string, OrderRecord>,
  answered: ReadonlySet<string>,
  now: string,
): BatchEffects {
  const fold = new Fold(known, answered, now);
  for (const command of commands) {
    if (command.kind === 'place') fold.place(command);
    else fold.act(command);
  }
  return fold.effects();
}

class Fold {
  readonly #known: ReadonlyMap<string, OrderRecord>;
  readonly #answered: Set<string>;
  readonly #now: string;
  readonly #opened = new Map<string, PlaceCommand>();
  /** Orders that the batch has touched, as they are now. */
  readonly #current = new Map<string, OrderRecord>();
  readonly #conflicts: PlaceCommand[] = [];
  readonly #refused: Refused[] = [];
  readonly #events: { command: OrderCommand; event: CloudEvent<unknown> }[] = [];

  constructor(known: ReadonlyMap<string, OrderRecord>, answered: ReadonlySet<string>, now: string) {
    this.#known = known;
    this.#answered = new Set(answered);
    this.#now = now;
  }

  /** The first command of an order opens it; another request under its id is a conflict, a repeat is nothing. */
  place(command: PlaceCommand): void {
    const { place, id } = command;
    const order = this.#order(place.orderId);
    if (order) {
      if (order.fingerprint === place.fingerprint || this.#isAnswered(command)) return;
      this.#answered.add(id);
      this.#conflicts.push(command);
      this.#tell(command, orderConflictEvent(id, place, order, this.#now));
      return;
    }
    const opened = openedBy(place);
    this.#opened.set(opened.orderId, command);
    this.#current.set(opened.orderId, opened);
    this.#tell(command, orderAcceptedEvent(place satisfies PlaceOrder, id, this.#now));
    this.#move(command, { action: afterAcceptance(opened), actor: 'system' });
  }

  /** A command takes effect once, however often its message comes (decision 5). */
  act(command: ActCommand): void {
    if (this.#order(command.orderId)?.followed.includes(command.id) || this.#isAnswered(command)) return;
    const code = this.#move(command, command.act);
    if (!code) {
      this.#settleFree(command);
      return;
    }
    this.#answered.add(command.id);
    this.#refused.push({ command, code });
    const order = this.#order(command.orderId);
    this.#tell(command, commandRefusedEvent(command.id, command.act, code, order, this.#now));
  }

  /** There is nothing to give back for what cost nothing: nobody has to do it. */
  #settleFree(command: ActCommand): void {
    const order = this.#order(command.orderId);
    if (order?.totalCents === 0 && isRefundDue(order))
      this.#move(command, { action: 'refund', actor: 'system' });
  }

  effects(): BatchEffects {
    const opened: Opened[] = [];
    const changed: Changed[] = [];
    for (const [orderId, order] of this.#current) {
      const command = this.#opened.get(orderId);
      const before = this.#known.get(orderId);
      if (command) opened.push({ command, order });
      else if (before) changed.push({ before: before.version, order });
    }
    return { opened, changed, conflicts: this.#conflicts, refused: this.#refused, events: this.#events };
  }

  /** @returns why it was refused; nothing when the order moved. */
  #move(
    command: OrderCommand,
    action: Pick<ActOnOrder, 'action' | 'actor' | 'reason'>,
  ): RefusalCode | undefined {
    const order = this.#order(command.orderId);
    const { moved, refused } = decide(order, action);
    if (refused || !order) return refused;
    const followed = order.followed.includes(command.id) ? order.followed : [...order.followed, command.id];
    this.#current.set(moved.orderId, { ...moved, followed });
    this.#tell(command, orderMovedEvent(order, moved, action, command.id, this.#now));
    return undefined;
  }

  #isAnswered({ id }: OrderCommand): boolean {
    return this.#answered.has(id);
  }

  #order(orderId: string): OrderRecord | undefined {
    return this.#current.get(orderId) ?? this.#known.get(orderId);
  }

  #tell(command: OrderCommand, event: CloudEvent<unknown>): void {
    this.#events.push({ command, event });
  }
}
