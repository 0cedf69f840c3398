import { metrics } from '@opentelemetry/api';
import { countDeadLetters } from '#platform/kafka/dead-letter-metric.ts';
import type { BatchOutcome } from './database/apply-batch.ts';
import type { Closing } from './database/close-windows.ts';

/** What becomes of events, and how far behind the figures are. */
export interface StreamsMetrics {
  applied(outcome: BatchOutcome): void;
  closed(closing: Closing): void;
  deadLetter(topic: string, code: string): void;
  /** Takes the number of clients that follow windows from here. */
  watchClients(count: () => number): void;
}

export function createStreamsMetrics(): StreamsMetrics {
  const meter = metrics.getMeter('gocoffee.streams');
  let latest: Closing | undefined;
  meter
    .createObservableGauge('coffee.streams.lag', {
      unit: '{message}',
      description: 'Messages of the sources that are not in the figures yet',
    })
    .addCallback((result) => latest && result.observe(latest.lag));
  meter
    .createObservableGauge('coffee.streams.watermark.age', {
      unit: 'ms',
      description: 'How far the watermark is behind the clock',
    })
    .addCallback((result) => {
      if (latest && Number.isFinite(latest.watermark)) result.observe(Date.now() - latest.watermark);
    });
  const events = meter.createCounter('coffee.streams.events', {
    unit: '{event}',
    description: 'Events of the sources by outcome: counted, repeat',
  });
  const untimely = meter.createCounter('coffee.streams.untimely', {
    unit: '{observation}',
    description: 'Observations that are in no window, by reason: late, future',
  });
  const windows = meter.createCounter('coffee.streams.windows', {
    unit: '{window}',
    description: 'Windows that were closed, by kind',
  });
  const unusual = meter.createCounter('coffee.streams.anomalies', {
    unit: '{anomaly}',
    description: 'Unusual things that were found, by kind: burst, velocity, suspicious-activity',
  });
  return {
    applied: ({ topic, counted, repeats, untimely: aside }) => {
      events.add(counted, { topic, outcome: 'counted' });
      events.add(repeats, { topic, outcome: 'repeat' });
      for (const { reason } of aside) untimely.add(1, { reason });
    },
    closed: (closing) => {
      latest = closing;
      for (const { kind } of closing.closed) windows.add(1, { kind });
      for (const { kind } of closing.anomalies) unusual.add(1, { kind });
    },
    deadLetter: countDeadLetters(meter),
    watchClients: (count) => {
      meter
        .createObservableGauge('coffee.streams.clients', {
          unit: '{client}',
          description: 'Clients that follow windows as they close',
        })
        .addCallback((result) => result.observe(count()));
    },
  };
}
