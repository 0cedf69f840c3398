import { expect, test } from 'vitest';
import { OwnLoad } from './own-load.ts';

test('the load of this process is in cores, since it was asked last', () => {
  let [used, now] = [{ user: 5_000_000, system: 1_000_000 }, 1_000];
  const load = new OwnLoad(
    () => used,
    () => now,
  );
  [used, now] = [{ user: 5_500_000, system: 1_250_000 }, 1_500];
  expect(load.take()).toBe(1.5);
  now = 2_500;
  expect(load.take()).toBe(0);
});

test('looks that come bunched together are counted as one', () => {
  let [used, now] = [{ user: 0, system: 0 }, 0];
  const load = new OwnLoad(
    () => used,
    () => now,
  );
  [used, now] = [{ user: 8_000, system: 0 }, 1];
  expect(load.take()).toBeUndefined();
  [used, now] = [{ user: 1_000_000, system: 0 }, 1_000];
  expect(load.take()).toBe(1);
});
