import { z } from 'zod';

const traceContext = {
  /** W3C trace context of what made the message: https://www.w3.org/TR/trace-context/ */
  traceparent: z.string().optional(),
  tracestate: z.string().optional(),
};

/** topic/partition/offset of the dead letter that this message is a replay of (`./coffee dlq replay`). */
const replayOf = z.string().optional();

/** The attributes of CloudEvents 1.0 as headers (binary mode), as every message of the domain's topics has them. */
export const eventHeaders = z.object({
  ce_specversion: z.literal('1.0'),
  /** A message with a `ce_id` that was there before is the same message again. */
  ce_id: z.uuid(),
  ce_type: z.string(),
  /** Which part of the platform made it, as a path: `/services/consumer`. */
  ce_source: z.string().min(1),
  /** What it is about. */
  ce_subject: z.string().min(1),
  ce_time: z.iso.datetime(),
  'content-type': z.literal('application/json'),
  replay_of: replayOf,
  ...traceContext,
});

/** What a dead letter tells beside the headers of the message that it was made from. */
export const deadLetterHeaders = z.object({
  /** Why, in one stable word. */
  dlq_error_code: z.string(),
  /** Why, in words for people. */
  dlq_error_message: z.string(),
  dlq_origin_topic: z.string(),
  /** Numbers are text in headers. */
  dlq_origin_partition: z.string(),
  dlq_origin_offset: z.string(),
  dlq_origin_timestamp: z.iso.datetime(),
  /** The consumer group that could not process it. */
  dlq_group: z.string(),
  dlq_failed_at: z.iso.datetime(),
  replay_of: replayOf,
  ...traceContext,
});
