import { analyticsWindowPage, analyticsWindowQuery } from '#contracts/http/analytics.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import { latestWindows } from '../database/windows.ts';
import { windowClosedOf } from '../delivery/analytics-events.ts';

/** `GET /v1/analytics/windows` */
export const listWindowsRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/analytics/windows',
    summary: 'List closed windows, newest first',
    description: 'Final figures. Windows in which nothing has happened are left out.',
    tags: ['analytics'],
    access: ['operator'],
    query: analyticsWindowQuery,
    responses: {
      200: {
        description: 'A page of windows',
        schema: analyticsWindowPage,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async ({ query }) => {
      const found = await latestWindows(database, query);
      const windows = found.map((window) => ({ id: window.id, ...windowClosedOf(window) }));
      const last = windows.length === query.limit ? windows.at(-1) : undefined;
      const body = { windows, nextStartsBefore: last?.startsAt ?? null };
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body };
    },
  });
