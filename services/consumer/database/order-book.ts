import { orderEventsTopic } from '#contracts/topics.ts';
import type { Database } from '#platform/database/database.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import { type MessageContexts, traceHeaders } from '#platform/kafka/tracing.ts';
import type { OutboxEntry } from '#platform/outbox/outbox.ts';
import type { OrderCommand } from '../domain/commands.ts';
import { type BatchEffects, foldBatch } from '../domain/fold-batch.ts';
import { updateOpenOrders } from './open-orders.ts';
import { insertOrders, lockOrders, updateOrders } from './orders.ts';
import { orderOutbox } from './outbox.ts';
import { answeredCommands, recordConflicts, recordRefusals } from './outcomes.ts';

export interface BatchOutcome {
  readonly effects: BatchEffects;
  /** Commands that had taken effect before. */
  readonly repeats: number;
}

/**
 * Applies the commands of a batch in one transaction: what was taken in, order state and outbox commit together
 * or not at all (decision 5). Every statement takes all rows at once, so its cost is shared by the whole batch.
 *
 * @throws ConcurrentChangeError and whatever PostgreSQL says: nothing was changed.
 */
export function applyBatch(
  database: Database,
  commands: readonly OrderCommand[],
  contexts: MessageContexts,
): Promise<BatchOutcome> {
  return database.transaction(async (transaction) => {
    const known = await lockOrders(transaction, [...new Set(commands.map(({ orderId }) => orderId))]);
    // After the lock: what another member has just answered is there to be seen.
    const answered = await answeredCommands(transaction, commands);
    const effects = foldBatch(commands, known, answered, new Date().toISOString());
    await insertOrders(transaction, effects.opened);
    await updateOrders(transaction, effects.changed);
    await updateOpenOrders(transaction, effects.changed);
    await recordConflicts(transaction, effects.conflicts);
    await recordRefusals(transaction, effects.refused);
    await orderOutbox.insert(transaction, outboxEntries(effects, contexts));
    return { effects, repeats: commands.length - effectiveCommands(effects) };
  });
}

function outboxEntries({ events }: BatchEffects, contexts: MessageContexts): OutboxEntry[] {
  // Several events of one command share its context.
  const traces = new Map<OrderCommand, Readonly<Record<string, string>>>();
  const traceOf = (command: OrderCommand): Readonly<Record<string, string>> => {
    const trace = traces.get(command) ?? traceHeaders(contexts.get(command.message) ?? noContext(command));
    traces.set(command, trace);
    return trace;
  };
  return events.map(({ command, event }) => ({
    message: encodeEvent(event, orderEventsTopic.name, command.orderId),
    trace: traceOf(command),
  }));
}

const effectiveCommands = ({ events }: BatchEffects): number =>
  new Set(events.map(({ command }) => command)).size;

function noContext(command: OrderCommand): never {
  throw new Error(`no trace context was made for the message at offset ${command.message.offset}`);
}
