import { alertmanagerNotification } from '#contracts/http/notifications.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { Inbox } from '../inbox.ts';

/** `POST /v1/notifications`: Alertmanager's webhook. It repeats what was not answered with 2xx. */
export const takeNotificationRoute = (inbox: Inbox): Route =>
  route({
    method: 'post',
    path: '/v1/notifications',
    summary: "Take a notification of Alertmanager's",
    tags: ['notifications'],
    // Only telemetry's own network and this machine get here.
    access: 'anyone',
    body: alertmanagerNotification,
    responses: { 204: { description: 'It is kept' } },
    handler: async ({ body }) => {
      await inbox.add(body, new Date());
      return { status: 204 };
    },
  });
