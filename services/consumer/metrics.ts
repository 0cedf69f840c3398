import { metrics } from '@opentelemetry/api';
import type { BatchOutcome } from './database/order-book.ts';

/** What becomes of commands and events. */
export interface ConsumerMetrics {
  applied(outcome: BatchOutcome): void;
  deadLetter(topic: string, code: string): void;
  /** The hot views could not be invalidated; they end by themselves. */
  invalidationFailed(): void;
}

/** @param outboxLagMs age of the oldest event that is not published, in milliseconds. */
export function createConsumerMetrics(outboxLagMs: () => number): ConsumerMetrics {
  const meter = metrics.getMeter('gocoffee.consumer');
  meter
    .createObservableGauge('coffee.outbox.lag', {
      unit: 'ms',
      description: 'Age of the oldest unpublished event',
    })
    .addCallback((result) => result.observe(outboxLagMs()));
  const commands = meter.createCounter('coffee.orders.commands', {
    unit: '{command}',
    description: 'Commands by outcome: accepted, moved, conflict, refused, repeat',
  });
  const statuses = meter.createCounter('coffee.orders.statuses', {
    unit: '{order}',
    description: 'Orders by the status that they reached',
  });
  const buried = meter.createCounter('coffee.dead_letters', {
    unit: '{message}',
    description: 'Messages that went to the dead letters',
  });
  const stale = meter.createCounter('coffee.order_views.invalidations.failed', {
    unit: '{batch}',
    description: 'Batches whose hot views in Redis were not invalidated',
  });
  return {
    applied: ({ effects: { opened, changed, conflicts, refused }, repeats }) => {
      commands.add(opened.length, { outcome: 'accepted' });
      commands.add(changed.length, { outcome: 'moved' });
      commands.add(conflicts.length, { outcome: 'conflict' });
      commands.add(refused.length, { outcome: 'refused' });
      commands.add(repeats, { outcome: 'repeat' });
      for (const { order } of [...opened, ...changed]) statuses.add(1, { status: order.status });
    },
    deadLetter: (topic, code) => buried.add(1, { topic, code }),
    invalidationFailed: () => stale.add(1),
  };
}
