import { liveFigures } from '#contracts/http/analytics.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { LiveView } from '../live-view.ts';

/** `GET /v1/analytics/live` */
export const liveRoute = (view: Pick<LiveView, 'read'>): Route =>
  route({
    method: 'get',
    path: '/v1/analytics/live',
    summary: 'What is going on right now',
    description: 'Figures of the last minute and the last five, including what is not final yet.',
    tags: ['analytics'],
    access: ['operator'],
    responses: {
      200: {
        description: 'The figures',
        schema: liveFigures,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: async () => ({
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      body: await view.read(),
    }),
  });
