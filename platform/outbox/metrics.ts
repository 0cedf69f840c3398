import type { Meter } from '@opentelemetry/api';
import type { Relay } from './relay.ts';

/** Measures how far a service's relay is behind. */
export function observeOutboxLag(meter: Meter, relay: Pick<Relay, 'lagMs'>): void {
  meter
    .createObservableGauge('coffee.outbox.lag', {
      unit: 'ms',
      description: 'Age of the oldest unpublished event',
    })
    .addCallback((result) => result.observe(relay.lagMs));
}
