import { type Meter, metrics } from '@opentelemetry/api';
import { commandRefusedType, type OrderMoved, statusEventType } from '#contracts/events/order-events.ts';
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

const paidType = statusEventType('paid');
const refundedType = statusEventType('refunded');

export const consumerMeter = (): Meter => metrics.getMeter('gocoffee.consumer');

export function createConsumerMetrics(): ConsumerMetrics {
  const meter = consumerMeter();
  const commands = meter.createCounter('coffee.orders.commands', {
    unit: '{command}',
    description: 'Commands by outcome: accepted, moved, conflict, refused, repeat',
  });
  const told = meter.createCounter('coffee.orders.events', {
    unit: '{event}',
    description: 'Events that were written, by type',
  });
  const revenue = meter.createCounter('coffee.revenue', {
    unit: '{cent}',
    description: 'What paid orders cost, by currency; refunds are counted apart',
  });
  const refunds = meter.createCounter('coffee.refunds', {
    unit: '{cent}',
    description: 'What refunded orders cost, by currency',
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
      for (const { event } of events) {
        told.add(1, { type: event.type });
        const money = event.type === paidType ? revenue : event.type === refundedType ? refunds : undefined;
        if (!money) continue;
        const { totalCents, currency } = event.data as OrderMoved;
        money.add(totalCents, { currency });
      }
    },
    deadLetter: countDeadLetters(meter),
    invalidationFailed: () => stale.add(1),
    watch: (relay) => observeOutboxLag(meter, relay),
  };
}
