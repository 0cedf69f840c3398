import { windowKinds } from '#contracts/events/analytics.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import {
  anomalyEvent,
  untimelyEvent,
  windowEvent,
} from '../../services/streams/delivery/analytics-events.ts';
import { mergedAggregate } from '../../services/streams/domain/aggregate.ts';
import { emptyMemory, type OrderMemory, observe } from '../../services/streams/domain/memory.ts';
import { sources } from '../../services/streams/domain/sources.ts';
import { received, type Sample } from './sample.ts';

const startsAt = Date.parse('2026-03-01T08:01:00.000Z');
const closedAt = startsAt + 82_000;

/** What the streams service tells of the orders in these samples: a window, one that came late, something unusual. */
export function analyticsOf(samples: readonly Sample[]): OutgoingMessage[] {
  const aggregate = mergedAggregate(observationsOf(samples).map(({ facts }) => facts));
  const kind = 'tumbling-1m';
  const window = { id: 1, kind, startsAt, endsAt: startsAt + windowKinds[kind].sizeMs, closedAt } as const;
  const [late] = observationsOf(samples);
  if (!late) throw new Error('the samples have nothing that is analysed');
  const { at, facts, orderId } = late;
  const seen = { topic: 'orders.v1', orderId, token: 'placed.0', at } as const;
  const anomaly = { kind: 'velocity', subject: 'served-customer', observed: 12, threshold: 10 } as const;
  return [
    windowEvent({ ...window, aggregate: { ...aggregate, customers: {} } }),
    untimelyEvent({ ...seen, id: 1, reason: 'late', aggregate: facts, recordedAt: closedAt }),
    anomalyEvent({
      ...anomaly,
      id: 1,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + windowKinds['tumbling-10s'].sizeMs).toISOString(),
      detectedAt: new Date(closedAt).toISOString(),
    }),
  ];
}

function observationsOf(samples: readonly Sample[]) {
  const memories = new Map<string, OrderMemory>();
  return samples.flatMap((sample) => {
    const source = sources.find(({ topic }) => topic.name === sample.message.topic);
    const event = source?.read(received(sample));
    if (!event) return [];
    const key = `${sample.message.topic}/${event.orderId}`;
    const observed = observe(memories.get(key) ?? emptyMemory, event);
    if (observed) memories.set(key, observed.memory);
    return (observed?.observations ?? []).map((one) => ({ ...one, orderId: event.orderId }));
  });
}
