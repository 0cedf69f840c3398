import type { Database, Transaction } from './database.ts';

// The first key of the two-key advisory locks; the second is the job. "upkeep" shortened to 32 bits.
const lockClass = 0x75706b65;

/**
 * Runs a job's work in a transaction, unless another replica is doing the same job: then there is nothing to do.
 *
 * @param job its name, with that of its service: `consumer.expiry`.
 */
export function exclusively<T>(
  database: Database,
  job: string,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T | undefined> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: { mine: boolean }[] }>(
      'select pg_try_advisory_xact_lock(?, hashtext(?)) as mine',
      [lockClass, job],
    );
    return rows[0]?.mine ? await work(transaction) : undefined;
  });
}
