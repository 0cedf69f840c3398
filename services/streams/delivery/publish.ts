import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { Sender } from '#platform/kafka/sender.ts';
import { unpublishedAnomalies } from '../database/anomalies.ts';
import { markPublished, type PublishedTable } from '../database/published.ts';
import { unpublishedUntimely } from '../database/untimely.ts';
import { unpublishedWindows } from '../database/windows.ts';
import { anomalyEvent, untimelyEvent, windowEvent } from './analytics-events.ts';

const mostAtOnce = 200;

/**
 * Publishes closed windows in the order of their closing, and the side output. The tables are their own outbox: a row is
 * marked when every in-sync replica has its event, in the transaction that one replica at a time can hold, so that each
 * is told at least once, a repeat under the same id.
 *
 * @returns whether there is more.
 */
export async function publishAnalytics(database: Database, sender: Pick<Sender, 'send'>): Promise<boolean> {
  const published = await exclusively(database, 'streams.publishing', async (transaction) => {
    const windows = await unpublishedWindows(transaction, mostAtOnce);
    const untimely = await unpublishedUntimely(transaction, mostAtOnce);
    const anomalies = await unpublishedAnomalies(transaction, mostAtOnce);
    await send(sender, [
      ...windows.map(windowEvent),
      ...untimely.map(untimelyEvent),
      ...anomalies.map(anomalyEvent),
    ]);
    await mark(transaction, 'windows', windows);
    await mark(transaction, 'untimely', untimely);
    await mark(transaction, 'anomalies', anomalies);
    return Math.max(windows.length, untimely.length, anomalies.length);
  });
  return published === mostAtOnce;
}

async function send(sender: Pick<Sender, 'send'>, messages: readonly OutgoingMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sender.send(messages.map((message) => ({ message, context: ROOT_CONTEXT })));
}

async function mark(
  transaction: Transaction,
  table: PublishedTable,
  rows: readonly { readonly id: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await markPublished(
    transaction,
    table,
    rows.map(({ id }) => id),
  );
}
