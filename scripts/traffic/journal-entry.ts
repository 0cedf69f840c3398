import { z } from 'zod';
import { pricedLine } from '#contracts/events/order-line.ts';
import { orderAction } from '#contracts/order-lifecycle.ts';

/** Why a request was sent. */
export const purpose = z.enum(['order', 'repeat', 'reuse', 'mistake', 'read', 'cancel', 'action']);

/** Requests to place an order. */
export const placing: ReadonlySet<Purpose> = new Set(['order', 'repeat', 'reuse', 'mistake']);

/** The answer to one request, as it was when its line reached the disk. Times are RFC 3339, durations milliseconds. */
export const answerEntry = z.object({
  type: z.literal('answer'),
  at: z.string(),
  purpose,
  customerId: z.string(),
  /** The Idempotency-Key; for a read and a cancellation, the key that the order was placed under. */
  key: z.string(),
  /** 1 for the first time that this request was sent. */
  attempt: z.int().min(1),
  status: z.int(),
  latencyMs: z.number(),
  /** From a 202 to a command about an order. */
  commandId: z.string().optional(),
  action: orderAction.optional(),
  /** From a 202. */
  orderId: z.string().optional(),
  totalCents: z.int().optional(),
  lines: z.array(pricedLine).optional(),
});

/** What the journal ends up with for a request that never got a conclusive answer. */
export const unknownEntry = z.object({
  type: z.literal('unknown'),
  at: z.string(),
  purpose,
  customerId: z.string(),
  key: z.string(),
  attempts: z.int(),
  reason: z.string(),
});

export const startEntry = z.object({
  type: z.literal('start'),
  at: z.string(),
  rate: z.number(),
  durationMs: z.number(),
  seed: z.number(),
});

/** The last line of a journal whose writer ended in an orderly way. */
export const endEntry = z.object({ type: z.literal('end'), at: z.string() });

export const journalEntry = z.discriminatedUnion('type', [startEntry, answerEntry, unknownEntry, endEntry]);

export type Purpose = z.infer<typeof purpose>;
export type AnswerEntry = z.infer<typeof answerEntry>;
export type UnknownEntry = z.infer<typeof unknownEntry>;
export type JournalEntry = z.infer<typeof journalEntry>;
