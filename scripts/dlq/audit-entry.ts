import { hostname, userInfo } from 'node:os';
import { z } from 'zod';
import { deadLetterAuditTopic } from '#contracts/topics.ts';
import type { IncomingMessage, OutgoingMessage } from '#platform/kafka/messages.ts';
import type { Letter } from './letter.ts';

export const auditEntry = z.object({
  version: z.literal(1),
  /** One run of the command. */
  run: z.uuid(),
  /** RFC 3339. */
  at: z.string(),
  /** Who, and on which machine. */
  user: z.string(),
  host: z.string(),
  action: z.enum(['replay', 'purge']),
  /** `unknown`: Kafka did not acknowledge the message, which may be written all the same. */
  outcome: z.enum(['done', 'refused', 'unknown']),
  reason: z.string().optional(),
  /** The letter as topic/partition/offset, what it was made from and why: the letter itself may be gone. */
  letter: z.string(),
  origin: z.string().optional(),
  code: z.string(),
  key: z.string().optional(),
  eventId: z.string().optional(),
});

export type AuditEntry = z.infer<typeof auditEntry>;
export type AuditOutcome = Pick<AuditEntry, 'action' | 'outcome' | 'reason'>;

export function entryOf(letter: Letter, run: string, what: AuditOutcome): AuditEntry {
  return {
    version: 1,
    run,
    at: new Date().toISOString(),
    user: userInfo().username,
    host: hostname(),
    ...what,
    letter: letter.position,
    origin: letter.origin,
    code: letter.code,
    key: letter.message.key,
    eventId: letter.message.headers.ce_id,
  };
}

export const toAuditMessage = (entry: AuditEntry): OutgoingMessage => ({
  topic: deadLetterAuditTopic.name,
  key: entry.letter,
  value: JSON.stringify(entry),
  headers: { 'content-type': 'application/json' },
});

/** @throws Error naming the message when it is no audit entry: nothing else may be in that topic */
export function readAuditMessage({ value, partition, offset }: IncomingMessage): AuditEntry {
  try {
    return auditEntry.parse(JSON.parse(value?.toString('utf8') ?? ''));
  } catch (cause) {
    throw new Error(`${deadLetterAuditTopic.name}/${partition}/${offset} is no audit entry`, { cause });
  }
}
