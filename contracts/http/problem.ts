import { z } from 'zod';

/** RFC 9457 problem details, with a stable `code`, the fields that are wrong, and the trace to look at. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  traceId: z.string().optional(),
});

export type Problem = z.infer<typeof problem>;
