import { z } from 'zod';

export const taskStatus = z.enum(['open', 'assigned', 'completed', 'failed', 'expired']);
export type TaskStatus = z.infer<typeof taskStatus>;

const assignee = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const note = z.string().regex(/^[^\p{Cc}]{1,500}$/u, 'must be 1 to 500 characters in one line');

/** Something that a person does. To complete an `approval` is to give it, to fail it is to refuse it. */
export const task = z.object({
  id: z.uuid(),
  kind: z.enum(['approval', 'work']),
  title: z.string(),
  /** What it is about: for an approval, the actions that wait for it. */
  details: z.record(z.string(), z.unknown()),
  status: taskStatus,
  assignee: assignee.nullable(),
  /** The run that waits for it or has made it. */
  runId: z.uuid().nullable(),
  note: note.nullable(),
  dueAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  /** Who closed it. */
  closedBy: z.string().nullable(),
});
export type Task = z.infer<typeof task>;

export const taskPage = z.object({ tasks: z.array(task), nextBefore: z.uuid().nullable() });

export const taskQuery = z.strictObject({
  status: taskStatus.optional(),
  kind: task.shape.kind.optional(),
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type TaskQuery = z.infer<typeof taskQuery>;

export const assignRequest = z.strictObject({ assignee });
export const closeRequest = z.strictObject({ note: note.optional() });
