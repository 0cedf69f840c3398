import type { Transaction } from '#platform/database/database.ts';
import type { OrderCommand, PlaceCommand } from '../domain/commands.ts';
import type { Refused } from '../domain/fold-batch.ts';
import { requireAll } from './concurrent-change.ts';

/** Which of the commands have been answered without a change, as a conflict or refused: their ids. */
export async function answeredCommands(
  transaction: Transaction,
  commands: readonly OrderCommand[],
): Promise<Set<string>> {
  const idsOf = (kind: OrderCommand['kind']): string[] =>
    commands.filter((command) => command.kind === kind).map(({ id }) => id);
  const { rows } = await transaction.raw<{ rows: { message_id: string }[] }>(
    `select message_id from orders.order_conflicts where message_id = any(?::uuid[])
     union all select message_id from orders.command_refusals where message_id = any(?::uuid[])`,
    [idsOf('place'), idsOf('act')],
  );
  return new Set(rows.map((row) => row.message_id));
}

/**
 * Keeps the second, different requests under a used Idempotency-Key.
 *
 * @throws ConcurrentChangeError when another member has kept one of them meanwhile.
 */
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
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `insert into orders.order_conflicts (message_id, order_id, fingerprint, command)
     select message_id, order_id, fingerprint, command
       from jsonb_to_recordset(?::jsonb) as record (message_id uuid, order_id uuid, fingerprint text, command jsonb)
     on conflict (message_id) do nothing`,
    [JSON.stringify(records)],
  );
  requireAll(rowCount, records.length);
}

/**
 * Keeps why commands changed nothing.
 *
 * @throws ConcurrentChangeError when another member has refused one of them meanwhile.
 */
export async function recordRefusals(transaction: Transaction, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  const records = refused.map(({ command: { id, act }, code }) => ({
    message_id: id,
    order_id: act.orderId,
    action: act.action,
    actor: act.actor,
    code,
  }));
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `insert into orders.command_refusals (message_id, order_id, action, actor, code)
     select message_id, order_id, action, actor, code
       from jsonb_to_recordset(?::jsonb) as record
         (message_id uuid, order_id uuid, action text, actor text, code text)
     on conflict (message_id) do nothing`,
    [JSON.stringify(records)],
  );
  requireAll(rowCount, records.length);
}
