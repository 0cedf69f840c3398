import { v5 as uuidv5 } from 'uuid';
import {
  type Anomaly,
  anomalyType,
  type Untimely,
  untimelyType,
  type WindowClosed,
  windowClosedType,
} from '#contracts/events/analytics.ts';
import { analyticsTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { StoredAnomaly } from '../database/anomalies.ts';
import type { StoredUntimely } from '../database/untimely.ts';
import type { StoredWindow } from '../database/windows.ts';
import { figuresOf } from '../domain/figures.ts';

const source = '/services/streams';
// Made once at random: the name space of the ids of windows and anomalies.
const windowNamespace = '5e7c1d0e-7a4f-4d0b-9d38-2f6f4f1f8a11';

const timeOf = (ms: number): string => new Date(ms).toISOString();

export const windowClosedOf = ({
  kind,
  startsAt,
  endsAt,
  aggregate,
}: Omit<StoredWindow, 'id' | 'closedAt'>) =>
  ({
    kind,
    startsAt: timeOf(startsAt),
    endsAt: timeOf(endsAt),
    ...figuresOf(aggregate),
  }) satisfies WindowClosed;

/** The event of a closed window. Its id is made from what it tells of, so that a repeat is recognised. */
export function windowEvent(window: StoredWindow): OutgoingMessage {
  const { kind, startsAt, closedAt } = window;
  const data: WindowClosed = windowClosedOf(window);
  const id = uuidv5(`${kind}/${data.startsAt}`, windowNamespace);
  const event = { id, type: windowClosedType, source, subject: `${kind}/${timeOf(startsAt)}` };
  return encodeEvent({ ...event, time: timeOf(closedAt), data }, analyticsTopic.name, kind);
}

export function untimelyEvent(untimely: StoredUntimely): OutgoingMessage {
  const { topic, orderId, token, at, reason, aggregate, recordedAt } = untimely;
  const data: Untimely = { orderId, occurredAt: timeOf(at), reason, figures: figuresOf(aggregate) };
  const event = { id: uuidv5(`${topic}/${token}`, orderId), type: untimelyType, source, subject: orderId };
  return encodeEvent({ ...event, time: timeOf(recordedAt), data }, analyticsTopic.name, orderId);
}

export function anomalyEvent({ id: _, detectedAt, ...data }: StoredAnomaly): OutgoingMessage {
  const { kind, subject, startsAt } = data satisfies Anomaly;
  const id = uuidv5(`${kind}/${subject}/${startsAt}`, windowNamespace);
  const event = { id, type: anomalyType, source, subject };
  return encodeEvent({ ...event, time: detectedAt, data }, analyticsTopic.name, kind);
}
