import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type CallParts, post } from './connectors/signed-request.ts';
import { receiveSupplies } from './database/ledger.ts';
import { markDelivered, takeUndelivered } from './database/messages.ts';
import { forgetOrders } from './database/order-memory.ts';
import { aiOutbox } from './database/outbox.ts';

/** How long rows are kept that nothing needs any more, in milliseconds. */
export interface Retention {
  readonly outboxMs: number;
  /** Longer than Kafka keeps the messages, or a redelivery would count again. */
  readonly memoryMs: number;
}

// Small transactions: whoever waits for these rows waits for milliseconds.
const mostAtOnce = 5_000;

/** Removes rows by age, and puts supplies that have arrived into the stock. @returns whether there is more to do. */
export async function upkeep(database: Database, { outboxMs, memoryMs }: Retention): Promise<boolean> {
  const jobs = [
    (transaction: Transaction) => aiOutbox.prune(transaction, outboxMs, mostAtOnce),
    (transaction: Transaction) => forgetOrders(transaction, memoryMs, mostAtOnce),
    (transaction: Transaction) => receiveSupplies(transaction, mostAtOnce),
  ];
  let more = false;
  for (const job of jobs)
    if ((await exclusively(database, 'ai-orchestrator.upkeep', job)) === mostAtOnce) more = true;
  return more;
}

const messagesAtOnce = 10;

/**
 * Brings messages to remote agents. One that can't be reached keeps its messages, and does not keep the others from
 * theirs. @returns whether there is more to do.
 */
export async function deliverMessages(
  database: Database,
  call: CallParts,
  { secret, log }: { secret: string | undefined; log: Logger },
): Promise<boolean> {
  if (secret === undefined) return false;
  const delivered = await database.transaction(async (transaction) => {
    const taken = await takeUndelivered(transaction, messagesAtOnce);
    const sent = await Promise.all(
      taken.map(async ({ message: { id, subject, body, to }, url }) => {
        try {
          await post(call, { url, body: { message: { id, subject, body } }, key: id, secret });
          return [id];
        } catch (error) {
          log.debug({ to, error: messageOf(error) }, 'message not delivered yet');
          return [];
        }
      }),
    );
    await markDelivered(transaction, sent.flat());
    return sent.flat().length;
  });
  return delivered === messagesAtOnce;
}
