import { metrics } from '@opentelemetry/api';

/** What happens to requests to place an order; their duration is the HTTP instrumentation's. */
export interface OrderMetrics {
  accepted(): void;
  /** Answered from an earlier acceptance, nothing was published. */
  replayed(): void;
  rejected(reason: string): void;
  /** Redis did not do its part; the order went its way without it. */
  receiptFailed(operation: 'claim' | 'acknowledge' | 'withdraw' | 'find'): void;
  /** Redis did not do its part with a hot view; the order book was asked instead. */
  viewFailed(operation: 'read' | 'write'): void;
}

export function createOrderMetrics(): OrderMetrics {
  const meter = metrics.getMeter('go-coffee/producer');
  const accepted = meter.createCounter('orders.accepted', {
    description: 'Orders that every in-sync replica has',
    unit: '{order}',
  });
  const replayed = meter.createCounter('orders.replayed', {
    description: 'Repeats answered with the first receipt',
    unit: '{order}',
  });
  const rejected = meter.createCounter('orders.rejected', {
    description: 'Orders that were not accepted, by reason',
    unit: '{order}',
  });
  const failed = meter.createCounter('orders.receipts.failed', {
    description: 'Operations on receipts in Redis that failed',
    unit: '{operation}',
  });
  const viewsFailed = meter.createCounter('orders.views.failed', {
    description: 'Operations on hot views of orders in Redis that failed',
    unit: '{operation}',
  });
  return {
    accepted: () => accepted.add(1),
    replayed: () => replayed.add(1),
    rejected: (reason) => rejected.add(1, { reason }),
    receiptFailed: (operation) => failed.add(1, { operation }),
    viewFailed: (operation) => viewsFailed.add(1, { operation }),
  };
}
