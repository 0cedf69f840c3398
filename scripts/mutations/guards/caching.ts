import type { Family, NamedTest } from '../mutation.ts';

const cache = 'platform/redis/versioned-cache.ts';
const cacheTest = (name: string): NamedTest => ({
  project: 'integration',
  file: 'platform/redis/tests/versioned-cache.test.ts',
  name,
});
const views = 'services/producer/order-views.ts';
const viewsTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/order-views.test.ts',
  name,
});
const invalidation = 'services/consumer/order-views.ts';
const invalidationTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/consumer/order-views.test.ts',
  name,
});
const sharedMenu = 'services/producer/shared-menu-source.ts';
const menuTest = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/shared-menu-source.test.ts',
  name,
});

/** Caches make reads cheap and never wrong for long; everything works without them. */
export const caching: Family = {
  name: 'caching',
  mutations: [
    {
      name: 'versions are compared',
      guard: 'a slow reader does not put back what was invalidated meanwhile',
      file: cache,
      find: "version > known or (version == known and body ~= '')",
      replace: 'version >= 0',
      test: cacheTest('does not take back what was invalidated while a reader was on its way'),
    },
    {
      name: 'an invalidation spares its own version',
      guard: 'a view that is as new as the change is not thrown away',
      file: cache,
      find: "version == known and body ~= ''",
      replace: 'version == known',
      test: cacheTest('does not throw away what is as new as the invalidation'),
    },
    {
      name: 'entries end',
      guard: 'a view whose invalidation was lost is not stale for ever',
      file: cache,
      find: ", 'PX', ttl)",
      replace: ')',
      test: cacheTest('forgets by itself'),
    },
    {
      name: 'the consumer invalidates',
      guard: 'readers see a change at once, not after seconds',
      file: 'services/consumer/context.ts',
      find: 'void invalidateViews(views, outcome.effects.changed, metrics, log);',
      replace: 'void invalidateViews(views, [], metrics, log);',
      test: {
        project: 'integration',
        file: 'e2e/flow/lifecycle.test.ts',
        name: 'the life of an order > goes from the counter to the hand, each step with its event, readable at once',
      },
    },
    {
      name: 'invalidates by the new version',
      guard: 'a reader that is on its way with the old version comes too late',
      file: invalidation,
      find: 'version: order.version',
      replace: 'version: order.version - 1',
      test: invalidationTest('makes views stale that are older than the change'),
    },
    {
      name: 'a lost invalidation stops nothing',
      guard: 'the consumer goes on without Redis',
      file: invalidation,
      find: 'metrics.invalidationFailed();',
      replace: 'throw error;',
      test: invalidationTest('counts what Redis did not take, and goes on'),
    },
    {
      name: 'single flight',
      guard: 'a thousand people who look at one order are one query',
      file: views,
      find: 'if (underWay) return underWay;',
      replace: '',
      test: viewsTest('asks the order book once, however many want the same order at the same time'),
    },
    {
      name: 'open orders are kept shortly',
      guard: 'a lost invalidation shows for seconds only',
      file: views,
      find: 'final.has(status) ? finalTtlMs : openTtlMs',
      replace: 'final.has(status) ? openTtlMs : finalTtlMs',
      test: viewsTest('keeps open orders shortly and settled ones longer'),
    },
    {
      name: 'reads without Redis',
      guard: 'without Redis reads go to the order book',
      file: views,
      find: "this.#failed('read', error);",
      replace: "this.#failed('read', error); throw error;",
      test: viewsTest('asks the order book when Redis is away or has something that is no view'),
    },
    {
      name: "the shared menu's lock",
      guard: 'one of many replicas loads a new menu',
      file: sharedMenu,
      find: 'return answer !== null;',
      replace: "return answer !== '';",
      test: menuTest('one of many replicas loads a new menu, the others take it from Redis'),
    },
    {
      name: 'the shared menu has a revision',
      guard: 'a menu that was changed is not taken from Redis',
      file: sharedMenu,
      find: 'await this.#latest();\n    if (shared?.revision === revision)',
      replace: 'await this.#latest();\n    if (shared)',
      test: menuTest('loads again when the revision is another one'),
    },
    {
      name: 'the latest menu without PostgreSQL',
      guard: 'a replica that starts while PostgreSQL is away serves (decision 1)',
      file: sharedMenu,
      find: 'if (!latest) throw error;',
      replace: 'if (!latest || error) throw error;',
      test: menuTest('a replica that starts while PostgreSQL is away takes the latest menu'),
    },
  ],
};
