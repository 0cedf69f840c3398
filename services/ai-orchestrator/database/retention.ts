import type { Transaction } from '#platform/database/database.ts';

/** Takes workflows out of the engine; those that it does not have are none of its business. */
export type ForgetInEngine = (workflowIds: readonly string[]) => Promise<void>;

/**
 * Forgets runs that ended before `ageMs`, with everything that was kept for their sake. The engine forgets first: whoever
 * is killed in between finds them here again.
 *
 * @returns how many, at most `limit`
 */
export async function forgetRuns(
  transaction: Transaction,
  forget: ForgetInEngine,
  { ageMs, limit }: { readonly ageMs: number; readonly limit: number },
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `select id from ai.runs where finished_at < now() - ? * interval '1 millisecond'
      order by finished_at limit ? for update skip locked`,
    [ageMs, limit],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await forget(ids);
  for (const statement of [
    'delete from ai.effects where run_id = any(?::uuid[])',
    'delete from ai.model_calls where run_id = any(?::uuid[])',
    // What people have to do outlives the run that asked for it.
    "delete from ai.tasks where run_id = any(?::uuid[]) and (kind = 'approval' or closed_at is not null)",
    'delete from ai.runs where id = any(?::uuid[])',
  ])
    await transaction.raw(statement, [ids]);
  return ids.length;
}

/** Forgets what the engine keeps of schedules that have asked for their run. @returns how many, at most `limit` */
export async function forgetSchedules(
  transaction: Transaction,
  forget: ForgetInEngine,
  { ageMs, limit }: { readonly ageMs: number; readonly limit: number },
): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `select workflow_uuid as id from dbos.workflow_status
      where name = 'schedule' and status = 'SUCCESS' and created_at < ? order by created_at limit ?`,
    [Date.now() - ageMs, limit],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await forget(ids);
  return ids.length;
}

/** Forgets what models have said; whoever asks the same asks anew. @returns how many, at most `limit` */
export async function forgetAnswers(
  transaction: Transaction,
  { ageMs, limit }: { readonly ageMs: number; readonly limit: number },
): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `delete from ai.completions where key in (
       select key from ai.completions where made_at < now() - ? * interval '1 millisecond' limit ?)`,
    [ageMs, limit],
  );
  return rowCount;
}
