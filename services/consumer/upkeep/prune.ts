import type { Database } from '#platform/database/database.ts';
import { pruneInbox } from '../database/inbox.ts';
import { pruneOutbox } from '../database/outbox.ts';
import { pruneRefusals } from '../database/outcomes.ts';
import { exclusively } from './exclusively.ts';

/** How long rows are kept that nothing needs any more, in milliseconds. */
export interface Retention {
  /** Of published events: for people who look at what was sent. */
  readonly outboxMs: number;
  /** Of message ids: longer than Kafka keeps the messages, or a redelivery would not be recognised. */
  readonly inboxMs: number;
  readonly refusalsMs: number;
}

// Small transactions: whoever waits for these rows waits for milliseconds.
const mostAtOnce = 5_000;

/** Removes rows by age. @returns whether there is more to remove. */
export async function prune(database: Database, retention: Retention): Promise<boolean> {
  const removed = await exclusively(database, 'pruning', async (transaction) => [
    await pruneOutbox(transaction, retention.outboxMs, mostAtOnce),
    await pruneInbox(transaction, retention.inboxMs, mostAtOnce),
    await pruneRefusals(transaction, retention.refusalsMs, mostAtOnce),
  ]);
  return removed?.includes(mostAtOnce) ?? false;
}
