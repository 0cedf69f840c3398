import { metrics } from '@opentelemetry/api';

/** @param clients counts the pages that follow orders. */
export function observeFeedClients(clients: () => number): void {
  metrics
    .getMeter('gocoffee.console')
    .createObservableGauge('coffee.console.feed.clients', {
      unit: '{client}',
      description: 'Pages that follow orders as they change',
    })
    .addCallback((result) => result.observe(clients()));
}
