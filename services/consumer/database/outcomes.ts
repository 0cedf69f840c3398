import type { Transaction } from '#platform/database/database.ts';
import type { PlaceCommand } from '../domain/commands.ts';
import type { Refused } from '../domain/fold-batch.ts';

/** Keeps the second, different requests under a used Idempotency-Key. */
export async function recordConflicts(
  transaction: Transaction,
  conflicts: readonly PlaceCommand[],
): Promise<void> {
  if (conflicts.length === 0) return;
  const records = conflicts.map(({ id, place }) => ({
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

/** Keeps why commands changed nothing. */
export async function recordRefusals(transaction: Transaction, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  const records = refused.map(({ command: { id, act }, code }) => ({
    message_id: id,
    order_id: act.orderId,
    action: act.action,
    actor: act.actor,
    code,
  }));
  await transaction.raw(
    `insert into orders.command_refusals (message_id, order_id, action, actor, code)
     select message_id, order_id, action, actor, code
       from jsonb_to_recordset(?::jsonb) as record
         (message_id uuid, order_id uuid, action text, actor text, code text)
     on conflict (message_id) do nothing`,
    [JSON.stringify(records)],
  );
}
