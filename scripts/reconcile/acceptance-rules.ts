import { orderAcceptedType } from '#contracts/events/order-events.ts';
import type { Command, Receipt } from './evidence.ts';
import { at, type Rule, type Situation, stuckOrMoving, type Verdict, wrong } from './rule.ts';

/** A 202 says that every in-sync replica has the command. */
const notInKafka: Rule = ({ receipts, commands }) =>
  receipts.length > 0 && commands.length === 0
    ? wrong('lost', 'accepted, but not in Kafka', `the producer's log, key ${receipts[0]?.key}`)
    : undefined;

/** What was accepted was valid: it has no business among the dead letters. */
const deadLettered: Rule = ({ receipts, commandReceipts, deadLetters: [letter] }) =>
  receipts.length + commandReceipts.length > 0 && letter
    ? wrong(
        'lost',
        'accepted, but a dead letter',
        `orders.v1.dlq partition ${letter.partition} offset ${letter.offset}: ${letter.code}`,
      )
    : undefined;

const notInPostgres: Rule = ({ row, commands: [first], deadLetters }, situation) => {
  if (row || !first || deadLetters.length > 0) return undefined;
  if (situation.processed(first)) {
    return wrong('lost', 'in Kafka and passed by the consumer, but not in PostgreSQL', at(first));
  }
  return stuckOrMoving(first.writtenAt, situation, 'not processed for 60 s', at(first));
};

/** The first command of an order in its partition wins (design.md, decision 3). */
const notTheFirstCommand: Rule = ({ row, commands: [first] }) =>
  row && first && (row.fingerprint !== first.fingerprint || row.priced !== first.priced)
    ? wrong('lost', "PostgreSQL's order is not the first command's", `orders.orders, ${at(first)}`)
    : undefined;

/** A receipt is the order, or, for another cart under the same key, a recorded conflict. */
const notAsInReceipt: Rule = ({ row, receipts, conflicts, commands }, situation) => {
  if (!row) return undefined;
  for (const receipt of receipts) {
    if (receipt.cart === row.cart) {
      if (receipt.priced === row.priced && receipt.totalCents === row.totalCents) continue;
      return wrong('lost', 'price or total differ from the receipt', `key ${receipt.key}`);
    }
    if (conflicts.some((conflict) => conflict.cart === receipt.cart)) continue;
    return unrecordedConflict(receipt, commands, situation);
  }
  return undefined;
};

function unrecordedConflict(receipt: Receipt, commands: readonly Command[], situation: Situation): Verdict {
  const rule = 'accepted with another cart under a used key, but not in order_conflicts';
  const command = commands.find(({ cart }) => cart === receipt.cart);
  if (!command) return wrong('lost', rule, `its command is not in Kafka either, key ${receipt.key}`);
  if (situation.processed(command)) return wrong('lost', rule, at(command));
  return stuckOrMoving(command.writtenAt, situation, rule, at(command));
}

/** Also those that no client of this journal sent. */
const conflictNotRecorded: Rule = ({ row, commands, conflicts, deadLetters }, situation) => {
  const [first] = commands;
  if (!row || !first || deadLetters.length > 0) return undefined;
  const recorded = new Set(conflicts.map(({ fingerprint }) => fingerprint));
  const missing = commands.find(
    ({ fingerprint }) => fingerprint !== first.fingerprint && !recorded.has(fingerprint),
  );
  if (!missing) return undefined;
  const rule = 'a conflicting command is not in order_conflicts';
  if (situation.processed(missing)) return wrong('lost', rule, at(missing));
  return stuckOrMoving(missing.writtenAt, situation, rule, at(missing));
};

/** Order and outbox commit together: an order without either event or outbox row has lost it. */
const noAcceptedEvent: Rule = ({ row, receipts, commands, accepted, outbox }) =>
  row &&
  receipts.length + commands.length > 0 &&
  accepted.length === 0 &&
  !outbox.some(({ type }) => type === orderAcceptedType)
    ? wrong('lost', 'no accepted event in Kafka and none in the outbox', 'orders.outbox, order-events.v1')
    : undefined;

const eventDiffers: Rule = ({ row, accepted }) => {
  const event = accepted.find(
    ({ priced, totalCents }) => priced !== row?.priced || totalCents !== row.totalCents,
  );
  return row && event
    ? wrong(
        'lost',
        "the accepted event differs from PostgreSQL's order",
        `order-events.v1 partition ${event.partition} offset ${event.offset}`,
      )
    : undefined;
};

/** The same event again is a redelivery; one that differs in what the effect itself stamps on it is a second effect. */
const acceptedTwice: Rule = ({ accepted, outbox }) => {
  const pending = outbox.filter(({ type }) => type === orderAcceptedType);
  const ids = new Set([...accepted, ...pending].map(({ eventId }) => eventId));
  const versions = new Set(accepted.map(({ orderVersion }) => orderVersion));
  const times = new Set(accepted.map(({ acceptedAt }) => acceptedAt));
  return ids.size > 1 || versions.size > 1 || times.size > 1
    ? wrong('duplicated', 'accepted more than once', `order-events.v1, ce_id ${[...ids].join(', ')}`)
    : undefined;
};

const unpublished: Rule = ({ outbox: [oldest] }, situation) =>
  oldest &&
  stuckOrMoving(
    oldest.createdAt,
    situation,
    'outbox row not published for 60 s',
    `orders.outbox id ${oldest.id}`,
  );

/** About acceptance: what clients were told is there, as it was ordered, once. */
export const acceptanceRules: readonly Rule[] = [
  notInKafka,
  deadLettered,
  notInPostgres,
  notTheFirstCommand,
  notAsInReceipt,
  conflictNotRecorded,
  noAcceptedEvent,
  eventDiffers,
  acceptedTwice,
  unpublished,
];
