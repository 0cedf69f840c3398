import type { ActOnOrder, PlaceOrder } from '#contracts/events/order-commands.ts';
import type { RefusalCode } from '#contracts/events/order-events.ts';
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
 * @param now RFC 3339, stands in the events.
 */
export function foldBatch(
  commands: readonly OrderCommand[],
  known: ReadonlyMap<string, OrderRecord>,
  now: string,
): BatchEffects {
  const fold = new Fold(known, now);
  for (const command of commands) {
    if (command.kind === 'place') fold.place(command);
    else fold.act(command);
  }
  return fold.effects();
}

class Fold {
  readonly #known: ReadonlyMap<string, OrderRecord>;
  readonly #now: string;
  readonly #opened = new Map<string, PlaceCommand>();
  /** Orders that the batch has touched, as they are now. */
  readonly #current = new Map<string, OrderRecord>();
  readonly #conflicts: PlaceCommand[] = [];
  readonly #refused: Refused[] = [];
  readonly #events: { command: OrderCommand; event: CloudEvent<unknown> }[] = [];

  constructor(known: ReadonlyMap<string, OrderRecord>, now: string) {
    this.#known = known;
    this.#now = now;
  }

  /** The first command of an order opens it; another request under its id is a conflict, a repeat is nothing. */
  place(command: PlaceCommand): void {
    const { place, id } = command;
    const order = this.#order(place.orderId);
    if (order) {
      if (order.fingerprint === place.fingerprint) return;
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

  act(command: ActCommand): void {
    const code = this.#move(command, command.act);
    if (!code) return;
    this.#refused.push({ command, code });
    const order = this.#order(command.orderId);
    this.#tell(command, commandRefusedEvent(command.id, command.act, code, order, this.#now));
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
    this.#current.set(moved.orderId, moved);
    this.#tell(command, orderMovedEvent(order, moved, action, command.id, this.#now));
    return undefined;
  }

  #order(orderId: string): OrderRecord | undefined {
    return this.#current.get(orderId) ?? this.#known.get(orderId);
  }

  #tell(command: OrderCommand, event: CloudEvent<unknown>): void {
    this.#events.push({ command, event });
  }
}
