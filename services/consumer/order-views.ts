import { orderViewKey } from '#contracts/order-view.ts';
import { messageOf } from '#platform/errors/app-error.ts';
import type { VersionedCache } from '#platform/redis/versioned-cache.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { Changed } from './domain/fold-batch.ts';
import type { ConsumerMetrics } from './metrics.ts';

// Longer than a reader takes from its question to the order book to its write into the cache.
const rememberedMs = 10_000;

/** Says to whoever reads hot views of orders that these have changed. Best effort: views end by themselves. */
export async function invalidateViews(
  cache: Pick<VersionedCache, 'invalidate'>,
  changed: readonly Changed[],
  metrics: Pick<ConsumerMetrics, 'invalidationFailed'>,
  log: Logger,
): Promise<void> {
  const entries = changed.map(({ order }) => ({ key: orderViewKey(order.orderId), version: order.version }));
  try {
    await cache.invalidate(entries, rememberedMs);
  } catch (error) {
    metrics.invalidationFailed();
    // At debug level: while Redis is away this is every batch; its connection reports the loss once.
    log.debug({ error: messageOf(error) }, 'order views not invalidated');
  }
}
