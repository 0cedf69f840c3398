import type { Database, Transaction } from '#platform/database/database.ts';
import { exclusively } from '#platform/database/exclusively.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { type CallParts, post } from './connectors/signed-request.ts';
import { receiveSupplies } from './database/ledger.ts';
import { markDelivered, takeUndelivered } from './database/messages.ts';
import { forgetOrders } from './database/order-memory.ts';
import { aiOutbox } from './database/outbox.ts';
import { type ForgetInEngine, forgetAnswers, forgetRuns, forgetSchedules } from './database/retention.ts';
import type { Engine } from './engine/engine.ts';

/** How long rows are kept that nothing needs any more, in milliseconds. */
export interface Retention {
  readonly outboxMs: number;
  /** Of orders and runs; longer than Kafka keeps the messages, or a redelivery would count and run again. */
  readonly memoryMs: number;
}

// Small transactions: whoever waits for these rows waits for milliseconds.
const mostAtOnce = 1_000;

/** Removes rows by age, and puts supplies that have arrived into the stock. @returns whether there is more to do. */
export async function upkeep(
  database: Database,
  engine: Pick<Engine, 'forget'>,
  { outboxMs, memoryMs }: Retention,
): Promise<boolean> {
  const old = { ageMs: memoryMs, limit: mostAtOnce };
  const forget: ForgetInEngine = (ids) => engine.forget(ids);
  const jobs = [
    (transaction: Transaction) => aiOutbox.prune(transaction, outboxMs, mostAtOnce),
    (transaction: Transaction) => forgetOrders(transaction, memoryMs, mostAtOnce),
    (transaction: Transaction) => forgetRuns(transaction, forget, old),
    (transaction: Transaction) => forgetSchedules(transaction, forget, old),
    (transaction: Transaction) => forgetAnswers(transaction, old),
    (transaction: Transaction) => receiveSupplies(transaction, mostAtOnce),
  ];
  let more = false;
  for (const job of jobs)
    if ((await exclusively(database, 'ai-orchestrator.upkeep', job)) === mostAtOnce) more = true;
  return more;
}

const messagesAtOnce = 10;

/** Brings messages to remote agents; what does not arrive is tried again later. @returns whether there is more to do. */
export async function deliverMessages(
  database: Database,
  call: CallParts,
  { secret, log }: { secret: string | undefined; log: Logger },
): Promise<boolean> {
  if (secret === undefined) return false;
  const taken = await takeUndelivered(database, messagesAtOnce);
  await Promise.all(
    taken.map(async ({ message: { id, subject, body, to }, url }) => {
      try {
        await post(call, { url, body: { message: { id, subject, body } }, key: id, secret });
        await markDelivered(database, id);
      } catch (error) {
        log.debug({ to, error: messageOf(error) }, 'message not delivered yet');
      }
    }),
  );
  return taken.length === messagesAtOnce;
}
