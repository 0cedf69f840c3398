import { notificationPage, notificationQuery } from '#contracts/http/notifications.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { Inbox } from '../inbox.ts';

/** `GET /v1/notifications` */
export const listNotificationsRoute = (inbox: Inbox): Route =>
  route({
    method: 'get',
    path: '/v1/notifications',
    summary: 'List notifications, newest first',
    tags: ['notifications'],
    // Only telemetry's own network and this machine get here.
    access: 'anyone',
    query: notificationQuery,
    responses: {
      200: {
        description: 'The latest notifications',
        schema: notificationPage,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: ({ query }) => ({
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      body: { notifications: inbox.list(query) },
    }),
  });
