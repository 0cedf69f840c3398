import { orderEventsTopic } from '#contracts/topics.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { MessageContexts } from '#platform/kafka/tracing.ts';
import { traceHeaders } from '#platform/kafka/tracing.ts';
import type { OrderCommand } from '../domain/commands.ts';
import { type KnownOrder, orderAcceptedEvent, orderConflictEvent } from '../domain/events.ts';
import { sortOut } from '../domain/sort-out.ts';
import { insertOutbox, type OutboxEntry } from './outbox.ts';

export interface BatchOutcome {
  readonly accepted: number;
  readonly conflicts: number;
  /** Commands that had taken effect before. */
  readonly repeats: number;
}

/**
 * Applies the commands of a batch in one transaction: inbox, order state and outbox commit together or not at all
 * (decision 5). Every statement takes all rows at once, so its cost is shared by the whole batch.
 */
export function applyBatch(
  database: Database,
  commands: readonly OrderCommand[],
  contexts: MessageContexts,
): Promise<BatchOutcome> {
  return database.transaction(async (transaction) => {
    const fresh = await takeIn(transaction, commands);
    const { candidates, followers } = sortOut(commands, fresh);
    const opened = await openOrders(transaction, candidates);
    const late = [...candidates.filter(({ place }) => !opened.has(place.orderId)), ...followers];
    const known = await knownOrders(transaction, late);
    const conflicts = late.filter(({ place }) => known.get(place.orderId)?.fingerprint !== place.fingerprint);
    await recordConflicts(transaction, conflicts);

    const now = new Date().toISOString();
    const accepted = candidates.filter(({ place }) => opened.has(place.orderId));
    const entry = (command: OrderCommand, event: Parameters<typeof encodeEvent>[0]): OutboxEntry => ({
      message: encodeEvent(event, orderEventsTopic.name, command.place.orderId),
      trace: traceHeaders(contexts.get(command.message) ?? noContext(command)),
    });
    await insertOutbox(transaction, [
      ...accepted.map((command) => entry(command, orderAcceptedEvent(command.place, now))),
      ...conflicts.map((command) => {
        const holder = known.get(command.place.orderId) ?? noHolder(command);
        return entry(command, orderConflictEvent(command.id, command.place, holder, now));
      }),
    ]);
    const effects = accepted.length + conflicts.length;
    return { accepted: accepted.length, conflicts: conflicts.length, repeats: commands.length - effects };
  });
}

/** Puts the message ids into the inbox and returns those that were not there. */
async function takeIn(transaction: Transaction, commands: readonly OrderCommand[]): Promise<Set<string>> {
  const { rows } = await transaction.raw<{ rows: { message_id: string }[] }>(
    `insert into orders.inbox (message_id) select unnest(?::uuid[]) on conflict do nothing returning message_id`,
    [commands.map((command) => command.id)],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Inserts the orders and returns the ids of those that did not exist. */
async function openOrders(transaction: Transaction, commands: readonly OrderCommand[]): Promise<Set<string>> {
  if (commands.length === 0) return new Set();
  const records = commands.map(({ place }) => ({
    order_id: place.orderId,
    customer_id: place.customerId,
    fingerprint: place.fingerprint,
    currency: place.currency,
    lines: place.lines,
    total_cents: place.totalCents,
    placed_at: place.placedAt,
  }));
  const { rows } = await transaction.raw<{ rows: { order_id: string }[] }>(
    `insert into orders.orders
       (order_id, customer_id, status, version, fingerprint, currency, lines, total_cents, placed_at)
     select order_id, customer_id, 'accepted', 1, fingerprint, currency, lines, total_cents, placed_at
       from jsonb_to_recordset(?::jsonb) as record
         (order_id uuid, customer_id text, fingerprint text, currency text, lines jsonb, total_cents integer,
          placed_at timestamptz)
     on conflict (order_id) do nothing
     returning order_id`,
    [JSON.stringify(records)],
  );
  return new Set(rows.map((row) => row.order_id));
}

async function knownOrders(
  transaction: Transaction,
  commands: readonly OrderCommand[],
): Promise<Map<string, KnownOrder>> {
  if (commands.length === 0) return new Map();
  const { rows } = await transaction.raw<{ rows: KnownOrder[] }>(
    `select order_id as "orderId", customer_id as "customerId", fingerprint, version
       from orders.orders where order_id = any(?::uuid[])`,
    [commands.map(({ place }) => place.orderId)],
  );
  return new Map(rows.map((row) => [row.orderId, row]));
}

async function recordConflicts(transaction: Transaction, commands: readonly OrderCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const records = commands.map(({ id, place }) => ({
    message_id: id,
    order_id: place.orderId,
    fingerprint: place.fingerprint,
    command: place,
  }));
  await transaction.raw(
    `insert into orders.order_conflicts (message_id, order_id, fingerprint, command)
     select message_id, order_id, fingerprint, command
       from jsonb_to_recordset(?::jsonb) as record (message_id uuid, order_id uuid, fingerprint text, command jsonb)
     on conflict (message_id) do nothing`,
    [JSON.stringify(records)],
  );
}

function noContext(command: OrderCommand): never {
  throw new Error(`no trace context was made for the message at offset ${command.message.offset}`);
}

function noHolder(command: OrderCommand): never {
  throw new Error(`order ${command.place.orderId} was neither inserted nor found`);
}
