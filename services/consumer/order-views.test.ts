import { expect, it, vi } from 'vitest';
import { orderViewKey } from '#contracts/order-view.ts';
import type { Versioned } from '#platform/redis/versioned-cache.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import type { Changed } from './domain/fold-batch.ts';
import { openedBy } from './domain/order.ts';
import { invalidateViews } from './order-views.ts';
import { placeOrder } from './tests/commands.ts';

const changed: Changed[] = [3, 7].map((version) => ({
  before: version - 1,
  order: { ...openedBy(placeOrder()), version },
}));

function setUp(failure?: Error) {
  const stale: Versioned[] = [];
  const cache = {
    invalidate: async (entries: readonly Versioned[]): Promise<void> => {
      if (failure) throw failure;
      stale.push(...entries);
    },
  };
  return { cache, metrics: { invalidationFailed: vi.fn() }, stale };
}

it('makes views stale that are older than the change', async () => {
  const { cache, metrics, stale } = setUp();
  await invalidateViews(cache, changed, metrics, quietLog());
  expect(stale).toEqual(
    changed.map(({ order }) => ({ key: orderViewKey(order.orderId), version: order.version })),
  );
  expect(metrics.invalidationFailed).not.toHaveBeenCalled();
});

it('counts what Redis did not take, and goes on', async () => {
  const { cache, metrics } = setUp(new Error('away'));
  await invalidateViews(cache, changed, metrics, quietLog());
  expect(metrics.invalidationFailed).toHaveBeenCalledTimes(1);
});
