import type { Database, Transaction } from '#platform/database/database.ts';

// The first key of the two-key advisory locks; the second is the job. "upkeep" shortened to 32 bits.
const lockClass = 0x75706b65;

const jobs = { expiry: 1, pruning: 2 } as const;

/** Runs the job's work in a transaction, unless another replica is doing the same: then there is nothing to do. */
export function exclusively<T>(
  database: Database,
  job: keyof typeof jobs,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T | undefined> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.raw<{ rows: { mine: boolean }[] }>(
      'select pg_try_advisory_xact_lock(?, ?) as mine',
      [lockClass, jobs[job]],
    );
    return rows[0]?.mine ? await work(transaction) : undefined;
  });
}
