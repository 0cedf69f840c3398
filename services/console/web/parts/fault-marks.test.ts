import { expect, it } from 'vitest';
import { faultsWithin, markOf } from './fault-marks.ts';

const fault = (fromMs: number, toMs?: number) => ({ title: `${fromMs}`, fromMs, toMs });

it('marks the faults of the time that a chart shows', () => {
  const faults = [fault(0, 99), fault(50, 100), fault(120, 130), fault(150), fault(200, 300), fault(201)];
  const shown = faultsWithin(faults, { fromMs: 100, toMs: 200 });
  expect(shown.map(({ title }) => title)).toEqual(['50', '120', '150', '200']);
});

it('marks a fault where it was, and so wide that it is seen', () => {
  const area = { left: 100, width: 400 };
  expect(markOf([150, 250], area, 1)).toEqual({ left: 150, width: 100 });
  expect(markOf([0, 900], area, 1)).toEqual({ left: 100, width: 400 });
  expect(markOf([150, 150.1], area, 1)).toEqual({ left: 150, width: 2 });
  // On a screen with two pixels for one.
  expect(markOf([150, 150.1], area, 2)).toEqual({ left: 150, width: 4 });
  expect(markOf([499.9, 500], area, 1)).toEqual({ left: 498, width: 2 });
  expect(markOf([20, 100], area, 1)).toEqual({ left: 100, width: 2 });
});
