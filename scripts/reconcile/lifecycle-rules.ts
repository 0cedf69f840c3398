import { isSettled, nextState, orderActions } from '#contracts/order-lifecycle.ts';
import type { StateEvent } from './evidence.ts';
import { at, type Rule, stuckOrMoving, wrong } from './rule.ts';
import { outcomesOf } from './view.ts';

/** A 202 says that every in-sync replica has the command. */
const commandNotInKafka: Rule = ({ commandReceipts, acts }) => {
  const written = new Set(acts.map(({ eventId }) => eventId));
  const missing = commandReceipts.find(({ commandId }) => !written.has(commandId));
  return missing
    ? wrong('lost', 'a command was accepted, but is not in Kafka', `${missing.action} ${missing.commandId}`)
    : undefined;
};

/** Whatever was asked for is done or refused, and an event tells of it. */
const commandWithoutOutcome: Rule = (view, situation) => {
  const outcomes = outcomesOf(view);
  const buried = new Set(view.deadLetters.map(({ eventId }) => eventId));
  const missing = view.acts.find(({ eventId }) => !outcomes.has(eventId) && !buried.has(eventId));
  if (!missing) return undefined;
  const look = `${missing.action}, ${at(missing)}`;
  return situation.processed(missing)
    ? wrong('lost', 'a command was passed by the consumer without an outcome', look)
    : stuckOrMoving(missing.writtenAt, situation, 'a command is not processed for 60 s', look);
};

/** One command is one change or one refusal: its repeats have no effect. */
const commandTwice: Rule = ({ acts, states, refusals }) => {
  const ids = new Map<string, string>();
  const known = new Set(acts.map(({ eventId }) => eventId));
  for (const { commandId, eventId } of [...states, ...refusals]) {
    if (commandId === undefined || !known.has(commandId)) continue;
    const first = ids.get(commandId) ?? eventId;
    if (first !== eventId) return wrong('duplicated', 'a command took effect twice', `${first}, ${eventId}`);
    ids.set(commandId, eventId);
  }
  return undefined;
};

/** Each version once, in the order in which they came first: later ones are redeliveries. */
function firstOfEach(states: readonly StateEvent[]): StateEvent[] {
  const seen = new Set<number>();
  return states.filter(({ orderVersion }) => !seen.has(orderVersion) && seen.add(orderVersion));
}

/** What is in Kafka and what still waits in the outbox make all versions of the order. */
const versionMissing: Rule = ({ row, commands, states, outbox }) => {
  // Older than what Kafka keeps: nobody can tell.
  if (!row || commands.length === 0) return undefined;
  const told = new Set([...states, ...outbox].map(({ orderVersion }) => orderVersion));
  for (let version = 1; version <= row.version; version += 1) {
    if (told.has(version)) continue;
    const rule = 'a change of the order is neither in Kafka nor in the outbox';
    return wrong('lost', rule, `version ${version} of ${row.version}`);
  }
  return undefined;
};

/** One version is one change: two event ids under it are two. */
const versionTwice: Rule = ({ states }) => {
  const ids = new Map<number, string>();
  for (const { orderVersion, eventId } of states) {
    const known = ids.get(orderVersion) ?? eventId;
    if (known !== eventId) {
      return wrong(
        'duplicated',
        'two changes under one version',
        `version ${orderVersion}: ${known}, ${eventId}`,
      );
    }
    ids.set(orderVersion, eventId);
  }
  return undefined;
};

/** Events of an order are published in the order of its versions. */
const outOfOrder: Rule = ({ states }) => {
  const firsts = firstOfEach(states);
  const late = firsts.find(
    ({ orderVersion }, index) => orderVersion < (firsts[index - 1]?.orderVersion ?? 0),
  );
  return late
    ? wrong(
        'lost',
        'events are not in the order of their versions',
        `order-events.v1 partition ${late.partition} offset ${late.offset}`,
      )
    : undefined;
};

/** Every change is one of the table of transitions. */
const notAllowed: Rule = ({ states }) => {
  const firsts = firstOfEach(states);
  for (const [index, after] of firsts.entries()) {
    const before = firsts[index - 1];
    if (!before || after.orderVersion !== before.orderVersion + 1) continue;
    const allowed = orderActions.some((action) => {
      const next = nextState({ status: before.status, paid: before.paid }, action);
      return next?.status === after.status && next.paid === after.paid;
    });
    if (!allowed) {
      return wrong('lost', 'a change that no order may make', `${before.status} to ${after.status}`);
    }
  }
  return undefined;
};

/** The event of a version and the order book say the same. */
const stateDiffers: Rule = ({ row, states }) => {
  // Later events are from after the row was read.
  const told = states.find(({ orderVersion }) => orderVersion === row?.version);
  if (!row || !told || (told.status === row.status && told.paid === row.paid)) return undefined;
  const look = `version ${row.version}: ${told.status} in its event, ${row.status} in orders.orders`;
  return wrong('lost', "an event and PostgreSQL's order differ", look);
};

/** Nothing is prepared before it is paid. */
const servedUnpaid: Rule = ({ states }) => {
  const served = states.find(
    ({ status, paid }) => ['preparing', 'ready', 'completed'].includes(status) && !paid,
  );
  return served
    ? wrong('served unpaid', 'served without payment', `version ${served.orderVersion}`)
    : undefined;
};

/** An order may wait for its payment until that is due; whatever else waits, waits for somebody who has forgotten it. */
const restsHalfway: Rule = ({ row }, situation) => {
  if (!row || isSettled(row)) return undefined;
  const awaits = row.status === 'accepted' || row.status === 'awaiting-payment';
  const due = row.paymentDueAt ?? row.updatedAt;
  if (awaits && situation.now < due) return undefined;
  const since = awaits ? Math.max(due, row.updatedAt) : row.updatedAt;
  const what = row.paid && row.status !== 'paid' ? `${row.status}, paid` : row.status;
  return stuckOrMoving(since, situation, `in status ${what} for 60 s`, 'orders.orders');
};

/** What goes into an order that was begun is taken from the stock, by the agents' ledger. */
const notConsumed: Rule = ({ receipts, row, states, consumed }, situation) => {
  const begun = states.some(({ status }) => status === 'preparing');
  // Of orders from before the agents came, their topic may have kept nothing.
  if (consumed !== false || !begun || !row || receipts.length === 0) return undefined;
  return stuckOrMoving(row.updatedAt, situation, 'begun, and not in the stock ledger', 'ai.order_memory');
};

/** About the life of an order: every command has an outcome, and events and order book tell the same story. */
export const lifecycleRules: readonly Rule[] = [
  commandNotInKafka,
  commandWithoutOutcome,
  commandTwice,
  versionMissing,
  versionTwice,
  outOfOrder,
  notAllowed,
  stateDiffers,
  servedUnpaid,
  restsHalfway,
  notConsumed,
];
