import { expect, it } from 'vitest';
import type { Interval } from '../telemetry/backends.ts';
import { emptySlices, slicesOf } from './telemetry-outages.ts';

const from = new Date('2026-01-01T12:00:00Z');
const after = (seconds: number): Date => new Date(from.getTime() + seconds * 1000);

it('asks for every ten seconds of an outage, the last whole ones at its end', () => {
  const slices = slicesOf({ from, to: after(64) });
  expect(slices).toHaveLength(6);
  expect(slices[0]).toEqual({ from, to: after(10) });
  expect(slices.at(-1)).toEqual({ from: after(50), to: after(60) });
});

it('names the ten seconds of which there is nothing', async () => {
  const slices = slicesOf({ from, to: after(30) });
  const butTheSecond = async (slice: Interval): Promise<boolean> =>
    slice.from.getTime() !== after(10).getTime();
  expect(await emptySlices(slices, butTheSecond)).toBe(
    'nothing of 2026-01-01T12:00:10.000Z (ten seconds each)',
  );
  expect(await emptySlices(slices, async () => true)).toBeUndefined();
});
