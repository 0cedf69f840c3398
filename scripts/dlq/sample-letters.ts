import { fromDeadLetter, PoisonMessageError, toDeadLetter } from '#platform/kafka/dead-letter.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { type AuditEntry, type AuditOutcome, entryOf } from './audit-entry.ts';
import { type Letter, toLetter } from './letter.ts';

const run = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** A letter of orders.v1.dlq as the consumer writes it, for tests. */
export function sampleLetter(
  partition: number,
  offset: number,
  change: Partial<IncomingMessage> = {},
): Letter {
  const origin: IncomingMessage = {
    topic: 'orders.v1',
    partition,
    offset: String(1_000 + offset),
    key: `order-${partition}-${offset}`,
    value: Buffer.from('{"a":1}'),
    headers: { ce_id: `event-${partition}-${offset}` },
    timestampMs: 0,
  };
  const letter = toDeadLetter(origin, new PoisonMessageError('invalid-data', 'no lines'), 'consumer');
  return toLetter({
    ...letter,
    value: Buffer.from(letter.value),
    partition,
    offset: String(offset),
    timestampMs: Date.UTC(2026, 0, 1) + offset * 1_000,
    ...change,
  });
}

/** The letter that the replay of `letter` became when it failed again. */
export function returnedLetter(letter: Letter, offset: number): Letter {
  const { headers } = fromDeadLetter(letter.message);
  const again = sampleLetter(letter.message.partition, offset);
  return toLetter({ ...again.message, headers: { ...again.message.headers, ...headers } });
}

export const audited = (
  letter: Letter,
  action: AuditOutcome['action'],
  outcome: AuditOutcome['outcome'] = 'done',
): AuditEntry => entryOf(letter, run, { action, outcome });
