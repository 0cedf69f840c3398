import type { Database, Transaction } from '#platform/database/database.ts';

/**
 * Does something once for a place in a run, in the transaction that says that it was done: who comes later, or at the same
 * time, gets the first one's result.
 */
export function once<T>(
  database: Database,
  { runId, step }: { readonly runId: string; readonly step: string },
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return database.transaction(async (transaction) => {
    const { rowCount } = await transaction.raw<{ rowCount: number }>(
      // Whoever does the same right now is waited for.
      'insert into ai.effects (run_id, step) values (?, ?) on conflict do nothing',
      [runId, step],
    );
    if (rowCount === 0) return kept<T>(transaction, runId, step);
    const result = await work(transaction);
    await transaction.raw('update ai.effects set result = ? where run_id = ? and step = ?', [
      JSON.stringify({ value: result }),
      runId,
      step,
    ]);
    return result;
  });
}

async function kept<T>(transaction: Transaction, runId: string, step: string): Promise<T> {
  const { rows } = await transaction.raw<{ rows: { result: { value: T } }[] }>(
    'select result from ai.effects where run_id = ? and step = ?',
    [runId, step],
  );
  return (rows[0] as { result: { value: T } }).result.value;
}
