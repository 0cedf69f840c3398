import { signInFailed, signInFailedType } from '#contracts/events/identity-events.ts';
import { identityEventsTopic } from '#contracts/topics.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { addSignInFailure, emptyAggregate } from './aggregate.ts';
import { readableEvent } from './readable-event.ts';
import type { Source, SourceEvent } from './source-event.ts';

/**
 * Who was not let in, by name and by address: too many of one are suspicious. They are in no figures. What can't be read
 * is of no interest: it says nothing of an order, and nobody waits for it.
 */
export const failedSignIns: Source = { topic: identityEventsTopic, read };

function read(message: IncomingMessage): SourceEvent | undefined {
  const event = readableEvent(message);
  if (event?.type !== signInFailedType) return undefined;
  const parsed = signInFailed.safeParse(event.data);
  if (!parsed.success) return undefined;
  const { name, address, occurredAt } = parsed.data;
  const facts = emptyAggregate();
  addSignInFailure(facts, `name/${name}`, 1);
  addSignInFailure(facts, `address/${address}`, 1);
  // Each attempt is remembered under its own id, as an order is under its.
  return { orderId: event.id, token: 'failed', at: Date.parse(occurredAt), facts };
}
