import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { pruneByAge } from '../database/by-age.ts';
import { orderOutbox } from '../database/outbox.ts';

/** How long rows are kept that nothing needs any more, in milliseconds. */
export interface Retention {
  /** Of published events: for people who look at what was sent. */
  readonly outboxMs: number;
  /**
   * Of refused commands and of conflicts: for people who look into a complaint. Longer than Kafka keeps the messages, or
   * a redelivery would not be recognised.
   */
  readonly outcomesMs: number;
}

// Small transactions: whoever waits for these rows waits for milliseconds.
const mostAtOnce = 5_000;

/** Removes rows by age. @returns whether there is more to remove. */
export async function prune(database: Database, retention: Retention): Promise<boolean> {
  const jobs = [
    (transaction: Transaction) => orderOutbox.prune(transaction, retention.outboxMs, mostAtOnce),
    (transaction: Transaction) =>
      pruneByAge(transaction, 'command_refusals', retention.outcomesMs, mostAtOnce),
    (transaction: Transaction) =>
      pruneByAge(transaction, 'order_conflicts', retention.outcomesMs, mostAtOnce),
  ];
  let more = false;
  // A transaction each: what one of them can't remove must not keep the others from it.
  for (const job of jobs)
    if ((await exclusively(database, 'consumer.pruning', job)) === mostAtOnce) more = true;
  return more;
}
