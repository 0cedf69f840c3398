import type { Task, TaskQuery, TaskStatus } from '#contracts/http/tasks.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

interface TaskRow {
  readonly id: string;
  readonly kind: Task['kind'];
  readonly title: string;
  readonly details: Record<string, unknown>;
  readonly status: TaskStatus;
  readonly assignee: string | null;
  readonly run_id: string | null;
  readonly note: string | null;
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly closed_at: Date | null;
  readonly closed_by: string | null;
}

const taskOf = (row: TaskRow): Task => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  details: row.details,
  status: row.status,
  assignee: row.assignee,
  runId: row.run_id,
  note: row.note,
  dueAt: row.due_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  closedBy: row.closed_by,
});

export interface NewTask {
  readonly id: string;
  readonly kind: Task['kind'];
  readonly title: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly assignee: string | null;
  readonly runId: string;
  readonly dueInSeconds: number | null;
}

/** Opens a task; one that is there already is left as it is. */
export async function openTask(transaction: Database | Transaction, task: NewTask): Promise<void> {
  await transaction.raw(
    `insert into ai.tasks (id, kind, title, details, assignee, status, run_id, due_at)
     values (:id, :kind, :title, :details, :assignee, :status, :runId, now() + :dueInSeconds * interval '1 second')
     on conflict (id) do nothing`,
    {
      ...task,
      details: JSON.stringify(task.details),
      status: task.assignee === null ? 'open' : 'assigned',
    },
  );
}

export async function findTask(database: Database, id: string): Promise<Task | undefined> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>('select * from ai.tasks where id = ?', [id]);
  return rows[0] && taskOf(rows[0]);
}

/** The latest ones first. */
export async function listTasks(
  database: Database,
  { status, kind, before, limit }: TaskQuery,
): Promise<Task[]> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    `select * from ai.tasks
      where (:status::text is null or status = :status) and (:kind::text is null or kind = :kind)
        and (:before::uuid is null or number < (select number from ai.tasks where id = :before))
      order by number desc limit :limit`,
    { status: status ?? null, kind: kind ?? null, before: before ?? null, limit },
  );
  return rows.map(taskOf);
}

/** @returns undefined when the task is not one that is open. */
export async function assignTask(
  database: Database,
  id: string,
  assignee: string,
): Promise<Task | undefined> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    "update ai.tasks set assignee = ?, status = 'assigned' where id = ? and status in ('open', 'assigned') returning *",
    [assignee, id],
  );
  return rows[0] && taskOf(rows[0]);
}

/** Approvals that somebody has given or refused, of which their runs may not have been told. */
export async function untoldDecisions(database: Database, limit: number): Promise<Task[]> {
  const { rows } = await database.raw<{ rows: TaskRow[] }>(
    // Who has ended hears nothing any more.
    `select tasks.* from ai.tasks join ai.runs on runs.id = tasks.run_id
      where kind = 'approval' and closed_at is not null and not told and tasks.status in ('completed', 'failed')
        and runs.finished_at is null order by tasks.number limit ?`,
    [limit],
  );
  return rows.map(taskOf);
}

/** The run knows what was decided. */
export async function markTold(database: Database, id: string): Promise<void> {
  await database.raw('update ai.tasks set told = true where id = ?', [id]);
}

export interface TaskEnd {
  readonly id: string;
  readonly status: Extract<TaskStatus, 'completed' | 'failed' | 'expired'>;
  readonly note: string | undefined;
  readonly by: string;
}

/** Ends a task, once. @returns undefined when it is not one that is open. */
export async function closeTask(
  transaction: Database | Transaction,
  { id, status, note, by }: TaskEnd,
): Promise<Task | undefined> {
  const { rows } = await transaction.raw<{ rows: TaskRow[] }>(
    `update ai.tasks set status = :status, note = :note, closed_at = now(), closed_by = :by
      where id = :id and status in ('open', 'assigned') returning *`,
    { id, status, note: note ?? null, by },
  );
  return rows[0] && taskOf(rows[0]);
}
