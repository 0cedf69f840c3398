import { notificationPage } from '#contracts/http/notifications.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { RateLimiter } from '#platform/http/rate-limit.ts';
import type { Health } from '#platform/lifecycle/health.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { AlertInboxConfig } from './config.ts';
import type { Inbox } from './inbox.ts';
import { listNotificationsRoute } from './routes/list-notifications.ts';
import { takeNotificationRoute } from './routes/take-notification.ts';

export interface AlertInboxContext {
  readonly log: Logger;
  readonly health: Health;
  readonly limiter: RateLimiter;
  readonly inbox: Inbox;
}

// A notification of many alerts, each with its labels and annotations.
const maxBodyBytes = 1024 * 1024;

/** The HTTP API of the inbox. */
export function createAlertInboxApp(
  config: Pick<AlertInboxConfig, 'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS'>,
  { log, health, limiter, inbox }: AlertInboxContext,
): Application {
  return createApp({
    log,
    info: {
      title: 'Go Coffee: notifications',
      version: '1',
      description: 'Who was told of which alert, where nobody has a pager.',
      schemas: { NotificationPage: notificationPage },
    },
    routes: [takeNotificationRoute(inbox), listNotificationsRoute(inbox)],
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    limiter,
    maxInFlight: 50,
    maxBodyBytes,
  });
}
