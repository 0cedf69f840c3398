import type { WorkflowDefinition } from '#contracts/http/workflow-definitions.ts';
import type { RunQuery, RunStatus, WorkflowRun } from '#contracts/http/workflows.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Run } from '../engine/run-definition.ts';

/** What is to be run. Its id is made from what asks for it, so that a repeat asks for the same run. */
export interface RunRequest {
  readonly id: string;
  readonly definition: WorkflowDefinition;
  readonly input: Readonly<Record<string, unknown>>;
  readonly trigger: string;
  readonly trace: Readonly<Record<string, string>>;
}

/** @returns the ids of those that are new. */
export async function insertRuns(
  transaction: Database | Transaction,
  requests: readonly RunRequest[],
): Promise<string[]> {
  if (requests.length === 0) return [];
  const records = requests.map(({ id, definition, input, trigger, trace }) => {
    const { id: name, version, ...content } = definition;
    return { id, definition: name, version, content, input, trigger, trace };
  });
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `insert into ai.runs (id, definition, version, content, input, trigger, trace)
     select id, definition, version, content, input, trigger, trace
       from jsonb_to_recordset(?::jsonb) as record
         (id uuid, definition text, version integer, content jsonb, input jsonb, trigger text, trace jsonb)
     on conflict (id) do nothing returning id`,
    [JSON.stringify(records)],
  );
  return rows.map(({ id }) => id);
}

/** Shops whose restocking is under way: whoever approves it has not decided yet. */
export async function openRestocks(transaction: Transaction): Promise<Set<string>> {
  const { rows } = await transaction.raw<{ rows: { shop_id: string }[] }>(
    `select distinct input ->> 'shopId' as shop_id from ai.runs
      where definition = 'restock' and finished_at is null and input ->> 'shopId' is not null`,
  );
  return new Set(rows.map(({ shop_id }) => shop_id));
}

interface RunRow {
  readonly id: string;
  readonly number: number;
  readonly definition: string;
  readonly version: number;
  readonly content: Omit<WorkflowDefinition, 'id' | 'version'>;
  readonly input: Record<string, unknown>;
  readonly trigger: string;
  readonly trace: Record<string, string>;
  readonly status: Exclude<RunStatus, 'running'> | 'retrying';
  readonly attempt: number;
  readonly result: Record<string, unknown> | null;
  readonly error: string | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly engine_status?: string | null;
}

const requestOf = (row: RunRow): Run & { readonly timeoutSeconds: number } => ({
  id: row.id,
  attempt: row.attempt,
  definition: {
    id: row.definition,
    version: row.version,
    steps: row.content.steps,
    budget: row.content.budget,
  },
  input: row.input,
  trigger: row.trigger,
  trace: row.trace,
  timeoutSeconds: row.content.timeoutSeconds,
});

/** Takes the oldest waiting ones, which nobody else takes until the transaction ends. */
export async function takeWaiting(
  transaction: Transaction,
  limit: number,
): Promise<(Run & { readonly timeoutSeconds: number })[]> {
  const { rows } = await transaction.raw<{ rows: RunRow[] }>(
    `update ai.runs set status = 'queued'
      where id in (select id from ai.runs where status = 'waiting' order by number limit ? for update skip locked)
      returning *`,
    [limit],
  );
  return rows.toSorted((a, b) => a.number - b.number).map(requestOf);
}

/** How many runs wait for room in the engine. */
export async function countWaiting(database: Database): Promise<number> {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(
    "select count(*) from ai.runs where status = 'waiting'",
  );
  return rows[0]?.count ?? 0;
}

export interface RunEnd {
  readonly id: string;
  readonly status: 'completed' | 'rejected' | 'failed' | 'stopped';
  readonly result: unknown;
  readonly error: string | null;
}

/** Ends a run, once. @returns the run as it has ended; undefined when it had ended before. */
export async function endRun(
  transaction: Transaction,
  { id, status, result, error }: RunEnd,
): Promise<(Run & { readonly finishedAt: string }) | undefined> {
  const { rows } = await transaction.raw<{ rows: RunRow[] }>(
    `update ai.runs set status = :status, result = :result, error = :error, finished_at = now()
      where id = :id and finished_at is null returning *`,
    { id, status, error, result: JSON.stringify(result ?? {}) },
  );
  const [row] = rows;
  return row && { ...requestOf(row), finishedAt: (row.finished_at as Date).toISOString() };
}

/**
 * Makes a failed or stopped run one that is under way again; `retrying` until the engine has it, which takes a repeat when
 * somebody is killed in between.
 *
 * @returns whether it was one.
 */
export async function reopenRun(database: Database, id: string): Promise<boolean> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `update ai.runs set status = 'retrying', result = null, error = null, finished_at = null,
            attempt = attempt + case when status = 'retrying' then 0 else 1 end
      where id = ? and status in ('failed', 'stopped', 'retrying')`,
    [id],
  );
  return rowCount === 1;
}

/** The engine has the run again, or it waits for the engine as it did before. */
export async function reopened(database: Database, id: string, status: 'queued' | 'waiting'): Promise<void> {
  await database.raw("update ai.runs set status = ? where id = ? and status = 'retrying'", [status, id]);
}

function statusOf({ status, engine_status }: RunRow): RunStatus {
  if (status === 'retrying') return 'queued';
  return status === 'queued' && engine_status === 'PENDING' ? 'running' : status;
}

const shown = (row: RunRow): WorkflowRun => ({
  id: row.id,
  definition: row.definition,
  version: row.version,
  status: statusOf(row),
  trigger: row.trigger,
  input: row.input,
  result: row.result,
  error: row.error,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
});

const withEngine = `select runs.*, engine.status as engine_status
  from ai.runs left join dbos.workflow_status as engine on engine.workflow_uuid = runs.id::text`;

export async function findRun(database: Database, id: string): Promise<WorkflowRun | undefined> {
  const { rows } = await database.raw<{ rows: RunRow[] }>(`${withEngine} where runs.id = ?`, [id]);
  return rows[0] && shown(rows[0]);
}

/** The latest ones first. */
export async function listRuns(
  database: Database,
  { definition, before, limit }: RunQuery,
): Promise<WorkflowRun[]> {
  const { rows } = await database.raw<{ rows: RunRow[] }>(
    `${withEngine}
      where (:definition::text is null or definition = :definition)
        and (:before::uuid is null or number < (select number from ai.runs where id = :before))
      order by number desc limit :limit`,
    { definition: definition ?? null, before: before ?? null, limit },
  );
  return rows.map(shown);
}

/** Runs that somebody has stopped, of which the engine has not heard: whoever stopped them was killed in between. */
export async function unheardStops(database: Database, limit: number): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `select runs.id from ai.runs join dbos.workflow_status as engine on engine.workflow_uuid = runs.id::text
      where engine.status in ('ENQUEUED', 'PENDING', 'DELAYED') and runs.status = 'stopped' limit ?`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Runs that the engine has given up, without having told anybody: cancelled by its clock, or failed too often. */
export async function abandonedRuns(
  database: Database,
  limit: number,
): Promise<{ readonly id: string; readonly engineStatus: string }[]> {
  const { rows } = await database.raw<{ rows: { id: string; engine_status: string }[] }>(
    `select runs.id, engine.status as engine_status
       from ai.runs join dbos.workflow_status as engine on engine.workflow_uuid = runs.id::text
      where runs.status = 'queued' and engine.status in ('CANCELLED', 'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
      order by number limit ?`,
    [limit],
  );
  return rows.map(({ id, engine_status }) => ({ id, engineStatus: engine_status }));
}
