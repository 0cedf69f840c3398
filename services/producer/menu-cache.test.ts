import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/telemetry/logger.ts';
import { MenuCache } from './menu-cache.ts';
import { FakeMenuSource, menu } from './tests/fakes.ts';

const log = createLogger('test', 'silent');
let source: FakeMenuSource;
let cache: MenuCache;

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeMenuSource();
  cache = new MenuCache(source, 5_000, log);
});
afterEach(() => {
  cache[Symbol.dispose]();
  vi.useRealTimers();
});

const later = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));

describe('the menu cache', () => {
  test('has nothing before the first load, and says why', async () => {
    source.failure = new Error('no route to host');
    expect(() => cache.current).toThrow(
      expect.objectContaining({ code: 'dependency-unavailable', retryAfterSeconds: 1 }),
    );
    cache.start();
    await later(0);
    expect(() => cache.current).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: 'no menu: no route to host' }) }),
    );
    source.failure = undefined;
    await later(500);
    expect(cache.current.menu).toBe(menu);
  });

  test('loads again only when the version is another one', async () => {
    cache.start();
    await later(20_000);
    expect(source.loads).toBe(1);
    const { etag } = cache.current;
    source.menu = { ...menu, version: 4, products: menu.products.slice(1) };
    await later(5_000);
    expect(source.loads).toBe(2);
    expect([...cache.current.products.keys()]).toEqual(['water']);
    expect(cache.current.etag).not.toBe(etag);
  });

  test('goes on with the last menu while the source is away', async () => {
    cache.start();
    await later(0);
    source.failure = new Error('away');
    source.menu = { ...menu, version: 4 };
    await later(60_000);
    expect(cache.current.menu.version).toBe(3);
    source.failure = undefined;
    await later(5_000);
    expect(cache.current.menu.version).toBe(4);
  });

  test('stops when it is disposed of, also in the middle of a load', async () => {
    cache.start();
    cache[Symbol.dispose]();
    await later(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
