import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { type ActOnOrder, actionType } from '#contracts/events/order-commands.ts';
import type { Order, OrderCommandReceipt } from '#contracts/http/orders.ts';
import {
  hasFollowed,
  type LifecycleState,
  mayHaveFollowed,
  mayStillFollow,
} from '#contracts/order-lifecycle.ts';
import { ordersTopic } from '#contracts/topics.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { seesAll, visible } from './domain/ownership.ts';
import { explainUnknownOutcome } from './unknown-outcome.ts';

export interface ActionParts {
  /** The order as far as it is known; undefined when there is none. */
  readonly find: (orderId: string) => Promise<Order | undefined>;
  readonly publish: (message: OutgoingMessage) => Promise<void>;
  readonly now: () => Date;
}

export type RequestedAction = Pick<ActOnOrder, 'orderId' | 'action' | 'actor' | 'reason'> & {
  /** Who asks. */
  readonly identity: Identity;
  /** Makes a repeat the same command. */
  readonly idempotencyKey: string | undefined;
};

/** Passes on what customers and baristas do to orders, as commands in orders.v1 (design.md, decision 4). */
export class OrderActions {
  readonly #parts: ActionParts;

  constructor(parts: ActionParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when every in-sync replica of Kafka has the command. The order book decides what becomes of it; what can
   * surely not be applied any more is refused at once.
   *
   * @throws AppError `not-found`, `action-not-allowed`, `overloaded`, `dependency-unavailable`, `outcome-unknown`.
   */
  async request(wanted: RequestedAction): Promise<OrderCommandReceipt> {
    await this.#check(wanted);
    const { orderId, action, actor, reason, idempotencyKey } = wanted;
    const requestedAt = this.#parts.now().toISOString();
    const commandId =
      idempotencyKey === undefined ? randomUUID() : uuidv5(`${action}:${actor}:${idempotencyKey}`, orderId);
    const data: ActOnOrder = {
      orderId,
      action,
      actor,
      ...(reason === undefined ? {} : { reason }),
      requestedAt,
    };
    const event = {
      id: commandId,
      type: actionType(action),
      source: '/services/producer',
      subject: orderId,
      time: requestedAt,
      data,
    };
    try {
      await this.#parts.publish(encodeEvent(event, ordersTopic.name, orderId));
    } catch (error) {
      throw explainUnknownOutcome(
        error,
        'It may or may not take effect. Look at the order, or repeat the request with the same Idempotency-Key.',
      );
    }
    return { commandId, orderId, action, requestedAt };
  }

  async #check({ orderId, action, actor, identity, idempotencyKey }: RequestedAction): Promise<void> {
    let found: Order | undefined;
    try {
      found = await this.#parts.find(orderId);
    } catch (error) {
      // Nobody can tell now: the order book will, when it applies the command. But it can't tell whose order it is.
      if (seesAll(identity) && error instanceof AppError && error.code === 'dependency-unavailable') return;
      throw error;
    }
    const order = visible(identity, found);
    const { status, paymentMethod } = order;
    if (actor === 'barista' && paymentMethod === 'crypto' && ['confirm-payment', 'refund'].includes(action)) {
      throw notAllowed('Payments by crypto are confirmed and refunded on the chain, not at the counter.');
    }
    const state = stateOf(order);
    if (mayStillFollow(state, action)) return;
    // It may have been this very command, repeated because its answer was lost: the order knows it.
    if (idempotencyKey !== undefined && mayHaveFollowed(state, action)) return;
    const why = hasFollowed(state, action) ? 'that has happened already' : 'it is too late for that';
    throw notAllowed(`The order is ${status}: ${why}.`);
  }
}

const notAllowed = (detail: string): AppError => new AppError('action-not-allowed', detail);

/** What the API tells of an order is enough to know whether it is paid. */
function stateOf({ status, refundDue }: Order): LifecycleState {
  const served = ['paid', 'preparing', 'ready', 'completed'].includes(status);
  return { status, paid: served || refundDue };
}
