import type { Transaction } from '#platform/database/database.ts';
import type { OrderCommand } from '../domain/commands.ts';

/**
 * Puts the message ids into the inbox.
 *
 * @returns the commands that were not there, each id once, in their order.
 */
export async function takeIn(
  transaction: Transaction,
  commands: readonly OrderCommand[],
): Promise<OrderCommand[]> {
  const { rows } = await transaction.raw<{ rows: { message_id: string }[] }>(
    `insert into orders.inbox (message_id) select unnest(?::uuid[]) on conflict do nothing returning message_id`,
    [commands.map((command) => command.id)],
  );
  const fresh = new Set(rows.map((row) => row.message_id));
  // delete: of a repeat within the batch the first one counts.
  return commands.filter(({ id }) => fresh.delete(id));
}
