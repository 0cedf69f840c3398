import type { OrderCommand } from './commands.ts';

export interface SortedCommands {
  /** The first fresh command of each order: one of these may open the order. */
  readonly candidates: readonly OrderCommand[];
  /** Fresh commands behind a candidate of the same order in this batch. */
  readonly followers: readonly OrderCommand[];
}

/** Splits the fresh commands of a batch; the order within the partition decides who is first (decision 3). */
export function sortOut(commands: readonly OrderCommand[], fresh: ReadonlySet<string>): SortedCommands {
  const candidates = new Map<string, OrderCommand>();
  const followers: OrderCommand[] = [];
  const seen = new Set<string>();
  for (const command of commands) {
    if (!fresh.has(command.id) || seen.has(command.id)) continue;
    seen.add(command.id);
    if (candidates.has(command.place.orderId)) followers.push(command);
    else candidates.set(command.place.orderId, command);
  }
  return { candidates: [...candidates.values()], followers };
}
