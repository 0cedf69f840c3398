import type { Database } from '#platform/database/database.ts';

/** An executor that says nothing for so long is dead, by the clock of PostgreSQL. */
export interface LeaseOptions {
  readonly executorId: string;
  readonly leaseMs: number;
}

/** Takes or renews the lease. */
export async function renewLease(database: Database, { executorId, leaseMs }: LeaseOptions): Promise<void> {
  await database.raw(
    `insert into ai.executors (executor_id, lease_until) values (:executorId, now() + :leaseMs * interval '1 millisecond')
     on conflict (executor_id) do update set lease_until = excluded.lease_until`,
    { executorId, leaseMs },
  );
}

/** Gives it back: the others need not wait for its end. */
export async function endLease(database: Database, executorId: string): Promise<void> {
  await database.raw('delete from ai.executors where executor_id = ?', [executorId]);
}

/**
 * Executors that have workflows under way and no lease: what they were doing is for the others. One that comes back, after
 * a pause or a partition, finds that its workflows belong to somebody else: the engine lets only the owner go on.
 */
export async function lostExecutors(database: Database): Promise<string[]> {
  await database.raw("delete from ai.executors where lease_until < now() - interval '1 hour'");
  const { rows } = await database.raw<{ rows: { executor_id: string }[] }>(
    `select distinct executor_id from dbos.workflow_status
      where status = 'PENDING'
        and not exists (select from ai.executors
                         where executors.executor_id = workflow_status.executor_id and lease_until > now())`,
  );
  return rows.map((row) => row.executor_id);
}
