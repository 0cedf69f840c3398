import { expect, it } from 'vitest';
import { listAnomaliesRoute } from './list-anomalies.ts';
import { listHistoryRoute } from './list-history.ts';
import { listWindowsRoute } from './list-windows.ts';
import { liveRoute } from './live.ts';
import { streamRoute } from './stream.ts';

// Guard: what the shop earns, and who does something unusual, is nobody else's business.
it('are for operators', () => {
  const unused = undefined as never;
  const routes = [listAnomaliesRoute, listHistoryRoute, listWindowsRoute, liveRoute, streamRoute];
  for (const make of routes) expect(make(unused).access).toEqual(['operator']);
});
