import { anomalyPage, anomalyQuery } from '#contracts/http/analytics.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import { latestAnomalies } from '../database/anomalies.ts';

/** `GET /v1/analytics/anomalies` */
export const listAnomaliesRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/analytics/anomalies',
    summary: 'List what was unusual, newest first',
    tags: ['analytics'],
    access: ['operator'],
    query: anomalyQuery,
    responses: {
      200: {
        description: 'A page of anomalies',
        schema: anomalyPage,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async ({ query }) => {
      const anomalies = await latestAnomalies(database, query);
      const last = anomalies.length === query.limit ? anomalies.at(-1) : undefined;
      const body = { anomalies, nextBefore: last?.id ?? null };
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body };
    },
  });
