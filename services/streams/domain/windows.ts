import { type WindowKind, windowKinds } from '#contracts/events/analytics.ts';

/**
 * Event time is cut into panes; every window is made of whole panes, so that an event is added to one pane only, however
 * many windows it is in. Li et al.: "No pane, no gain: efficient evaluation of sliding-window aggregates over data
 * streams", SIGMOD Record 2005.
 */
export const paneKind = 'tumbling-10s' satisfies WindowKind;
export const paneMs = windowKinds[paneKind].sizeMs;

/** When the pane begins that has the time `at`; both in milliseconds since the epoch. */
export const paneOf = (at: number): number => Math.floor(at / paneMs) * paneMs;

export interface Window {
  readonly kind: WindowKind;
  /** In milliseconds since the epoch; the end is not in it. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** The kinds of window that are made of panes. */
const composed = Object.entries(windowKinds).filter(([kind]) => kind !== paneKind) as [
  WindowKind,
  { sizeMs: number; slideMs: number },
][];

/** How far back a window may reach, in milliseconds. */
export const longestMs = Math.max(...Object.values(windowKinds).map(({ sizeMs }) => sizeMs));

/** The windows that end after `after` and not after `until`, all in milliseconds since the epoch; without panes. */
export function windowsEnding(after: number, until: number): Window[] {
  return composed.flatMap(([kind, { sizeMs, slideMs }]) => {
    const windows: Window[] = [];
    for (let endsAt = (Math.floor(after / slideMs) + 1) * slideMs; endsAt <= until; endsAt += slideMs)
      windows.push({ kind, startsAt: endsAt - sizeMs, endsAt });
    return windows;
  });
}
