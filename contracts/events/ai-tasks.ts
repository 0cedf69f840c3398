import { z } from 'zod';

/** `ce_type` of the end of a workflow's run. */
export const runFinishedType = 'dev.gocoffee.ai.run-finished.v1';
/** `ce_type` of an action that was carried out. */
export const actionDoneType = 'dev.gocoffee.ai.action-done.v1';

const run = {
  runId: z.uuid(),
  definition: z.string(),
  version: z.int().min(1),
};

/** A run has come to its end (topic ai-tasks.v1, keyed by the run). A run that is retried may end again. */
export const runFinished = z.object({
  ...run,
  outcome: z.enum(['completed', 'rejected', 'failed', 'stopped']),
  trigger: z.string(),
  error: z.string().nullable(),
  finishedAt: z.iso.datetime(),
});
export type RunFinished = z.infer<typeof runFinished>;

/** An action was carried out, once (topic ai-tasks.v1, keyed by the run). */
export const actionDone = z.object({
  ...run,
  step: z.string(),
  kind: z.string(),
  /** The key under which the effect was made: a repeat has the same. */
  idempotencyKey: z.string(),
  details: z.record(z.string(), z.unknown()),
  doneAt: z.iso.datetime(),
});
export type ActionDone = z.infer<typeof actionDone>;
