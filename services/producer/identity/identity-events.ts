import { createHmac, randomUUID } from 'node:crypto';
import {
  type RefreshTokenReused,
  refreshTokenReusedType,
  type SignInFailed,
  signInFailedType,
} from '#contracts/events/identity-events.ts';
import { identityEventsTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';

/**
 * A name for a name or an address in what is told to others. With a key, since all names and addresses are few enough to
 * be tried one by one.
 */
export const pseudonymOf = (key: string, text: string): string =>
  createHmac('sha256', `pseudonyms ${key}`).update(text).digest('hex').slice(0, 32);

function message(id: string, type: string, subject: string, time: string, data: object): OutgoingMessage {
  const event = { id, type, source: '/services/producer', subject, time, data };
  return encodeEvent(event, identityEventsTopic.name, subject);
}

export const signInFailedMessage = (data: SignInFailed, id: string = randomUUID()): OutgoingMessage =>
  message(id, signInFailedType, data.name, data.occurredAt, data);

export const refreshTokenReusedMessage = (
  data: RefreshTokenReused,
  id: string = randomUUID(),
): OutgoingMessage => message(id, refreshTokenReusedType, data.accountId, data.occurredAt, data);
