import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowKinds } from '#contracts/events/analytics.ts';
import { longestMs, paneMs, paneOf, windowsEnding } from './windows.ts';

it('cuts time into panes that begin with the minute', () => {
  expect(paneOf(Date.UTC(2026, 0, 1, 8, 0, 19, 999))).toBe(Date.UTC(2026, 0, 1, 8, 0, 10));
  expect(paneOf(Date.UTC(2026, 0, 1, 8, 0, 20))).toBe(Date.UTC(2026, 0, 1, 8, 0, 20));
});

it('has windows of whole panes only', () => {
  for (const { sizeMs, slideMs } of Object.values(windowKinds))
    expect([sizeMs % paneMs, slideMs % paneMs]).toEqual([0, 0]);
  expect(longestMs).toBe(300_000);
});

it('ends a sliding window with every pane, a tumbling one with every minute', () => {
  const minute = Date.UTC(2026, 0, 1, 8);
  const ending = windowsEnding(minute - 10_000, minute + 10_000);
  expect(ending).toEqual([
    { kind: 'tumbling-1m', startsAt: minute - 60_000, endsAt: minute },
    { kind: 'sliding-5m', startsAt: minute - 300_000, endsAt: minute },
    { kind: 'sliding-5m', startsAt: minute - 290_000, endsAt: minute + 10_000 },
  ]);
});

// Guard: a window that is left out, or closed twice, at the seam of two closings.
it('ends each window once, however its time is divided into closings', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 20 });
  const property = fc.property(moments, (panes) => {
    const ends = panes.map((pane) => pane * paneMs).sort((left, right) => left - right);
    let after = 0;
    const stepwise = ends.flatMap((until) => {
      const windows = windowsEnding(after, until);
      after = until;
      return windows;
    });
    const byKind = (windows: typeof stepwise) =>
      windows.toSorted((left, right) => left.endsAt - right.endsAt || left.kind.localeCompare(right.kind));
    expect(byKind(stepwise)).toEqual(byKind(windowsEnding(0, ends.at(-1) ?? 0)));
  });
  fc.assert(property);
});
