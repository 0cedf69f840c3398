import { historyPage, historyQuery } from '#contracts/http/analytics.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import { latestHistory } from '../database/history.ts';

/** `GET /v1/analytics/history` */
export const listHistoryRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/analytics/history',
    summary: 'List hours or days, newest first',
    description: 'In UTC; everything that happened, also what came too late for its window. Kept for ever.',
    tags: ['analytics'],
    access: ['operator'],
    query: historyQuery,
    responses: {
      200: {
        description: 'A page of hours or days',
        schema: historyPage,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async ({ query }) => {
      const history = await latestHistory(database, query);
      const last = history.length === query.limit ? history.at(-1) : undefined;
      const body = { history, nextStartsBefore: last?.startsAt ?? null };
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body };
    },
  });
