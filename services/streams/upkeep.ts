import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { forget } from './database/order-memory.ts';
import { prunePublished } from './database/published.ts';

/** How long rows are kept, in milliseconds. */
export interface Retention {
  /** What is remembered of orders: longer than Kafka keeps their messages, or a redelivery would count again. */
  readonly memoryMs: number;
  /** Closed windows, what was in none, and anomalies. */
  readonly windowsMs: number;
}

// Small transactions: whoever waits for these rows waits for milliseconds.
const mostAtOnce = 5_000;

/** Removes rows by age. @returns whether there is more to remove. */
export async function prune(database: Database, { memoryMs, windowsMs }: Retention): Promise<boolean> {
  const jobs = [
    (transaction: Transaction) => forget(transaction, memoryMs, mostAtOnce),
    (transaction: Transaction) => prunePublished(transaction, 'windows', windowsMs, mostAtOnce),
    (transaction: Transaction) => prunePublished(transaction, 'untimely', windowsMs, mostAtOnce),
    (transaction: Transaction) => prunePublished(transaction, 'anomalies', windowsMs, mostAtOnce),
  ];
  let more = false;
  for (const job of jobs)
    if ((await exclusively(database, 'streams.pruning', job)) === mostAtOnce) more = true;
  return more;
}
