import { z } from 'zod';
import { slug } from './workflow-definitions.ts';

/**
 * - `waiting`: the engine has no room for it yet.
 * - `queued`, `running`: in the engine; `running` includes waiting for a person.
 * - `rejected`: a person refused what it asked for, or did not answer in time.
 * - `stopped`: an operator ended it.
 */
export const runStatus = z.enum([
  'waiting',
  'queued',
  'running',
  'completed',
  'rejected',
  'failed',
  'stopped',
]);
export type RunStatus = z.infer<typeof runStatus>;

export const runInput = z.record(z.string(), z.unknown());

export const executeRequest = z.strictObject({ input: runInput.default({}) });

/** A run of a workflow. */
export const workflowRun = z.object({
  id: z.uuid(),
  definition: slug,
  version: z.int().min(1),
  status: runStatus,
  /** What started it: `api`, `schedule/NAME`, `order-events.v1`, `analytics.v1`, `review`. */
  trigger: z.string(),
  input: runInput,
  /** What it came to, step by step; null before its end. */
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type WorkflowRun = z.infer<typeof workflowRun>;

/** One thing that a run has done, as the engine keeps it. */
export const runStep = z.object({
  number: z.int().min(0),
  name: z.string(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  output: z.unknown(),
  error: z.string().nullable(),
});
export type RunStep = z.infer<typeof runStep>;

export const runDetail = workflowRun.extend({ steps: z.array(runStep) });

export const runPage = z.object({
  runs: z.array(workflowRun),
  /** Give it back as `before` for the next page; null at the end. */
  nextBefore: z.uuid().nullable(),
});

export const runQuery = z.strictObject({
  definition: slug.optional(),
  /** Runs before this one, newest first. */
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type RunQuery = z.infer<typeof runQuery>;

/** A definition runs again and again, once for each time, however many replicas there are. */
export const scheduleRequest = z.strictObject({
  name: slug,
  definition: slug,
  /** Seconds first: `0 0 5 * * *` is five o'clock, UTC. */
  cron: z.string().min(9).max(100),
  input: runInput.default({}),
});
export type ScheduleRequest = z.infer<typeof scheduleRequest>;

export const schedule = scheduleRequest.extend({
  status: z.enum(['active', 'paused']),
  lastRunAt: z.iso.datetime().nullable(),
});
export type Schedule = z.infer<typeof schedule>;
export const schedulePage = z.object({ schedules: z.array(schedule), nextAfter: z.string().nullable() });
