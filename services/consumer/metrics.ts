import { metrics } from '@opentelemetry/api';
import { commandRefusedType } from '#contracts/events/order-events.ts';
import { countDeadLetters } from '#platform/kafka/dead-letter-metric.ts';
import { observeOutboxLag } from '#platform/outbox/metrics.ts';
import type { Relay } from '#platform/outbox/relay.ts';
import type { BatchOutcome } from './database/order-book.ts';

/** What becomes of commands and events. */
export interface ConsumerMetrics {
  applied(outcome: BatchOutcome): void;
  deadLetter(topic: string, code: string): void;
  /** The hot views could not be invalidated; they end by themselves. */
  invalidationFailed(): void;
  /** Measures how far its relay is behind. */
  watch(relay: Pick<Relay, 'lagMs'>): void;
}

export function createConsumerMetrics(): ConsumerMetrics {
  const meter = metrics.getMeter('gocoffee.consumer');
  const commands = meter.createCounter('coffee.orders.commands', {
    unit: '{command}',
    description: 'Commands by outcome: accepted, moved, conflict, refused, repeat',
  });
  const told = meter.createCounter('coffee.orders.events', {
    unit: '{event}',
    description: 'Events that were written, by type',
  });
  const stale = meter.createCounter('coffee.order_views.invalidations.failed', {
    unit: '{batch}',
    description: 'Batches whose hot views in Redis were not invalidated',
  });
  return {
    applied: ({ effects: { opened, conflicts, refused, events }, repeats }) => {
      const moved = events.filter(
        ({ command, event }) => command.kind === 'act' && event.type !== commandRefusedType,
      );
      commands.add(opened.length, { outcome: 'accepted' });
      commands.add(new Set(moved.map(({ command }) => command)).size, { outcome: 'moved' });
      commands.add(conflicts.length, { outcome: 'conflict' });
      commands.add(refused.length, { outcome: 'refused' });
      commands.add(repeats, { outcome: 'repeat' });
      for (const { event } of events) told.add(1, { type: event.type });
    },
    deadLetter: countDeadLetters(meter),
    invalidationFailed: () => stale.add(1),
    watch: (relay) => observeOutboxLag(meter, relay),
  };
}
