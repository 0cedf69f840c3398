import { z } from 'zod';
import { type Notification, notificationPage } from '#contracts/http/notifications.ts';
import { UserError } from '../cli/user-error.ts';
import type { StackSettings } from '../stack/settings.ts';
import { askAbout } from './ask.ts';

const prometheusAlerts = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        state: z.enum(['pending', 'firing']),
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
        activeAt: z.iso.datetime({ offset: true }),
      }),
    ),
  }),
});

export type ActiveAlert = z.infer<typeof prometheusAlerts>['data']['alerts'][number];

async function get(
  url: URL,
  path: string,
  what: string,
  settings: StackSettings,
  signal: AbortSignal,
): Promise<unknown> {
  const { status, body } = await askAbout(what, url, { method: 'GET', path, signal }, settings);
  if (status === 200) return body;
  throw new UserError(`${what} answers ${status}.`, './coffee ps shows how it is.');
}

/** What Prometheus finds now. @throws UserError when it does not answer */
export async function activeAlerts(settings: StackSettings, signal: AbortSignal): Promise<ActiveAlert[]> {
  const body = await get(settings.prometheusUrl, '/api/v1/alerts', 'Prometheus', settings, signal);
  return prometheusAlerts.parse(body).data.alerts;
}

/** What somebody was told, newest first. @throws UserError when the inbox does not answer */
export async function notifications(
  settings: StackSettings,
  query: { limit: number; alert?: string | undefined },
  signal: AbortSignal,
): Promise<Notification[]> {
  const parameters = new URLSearchParams({ limit: String(query.limit) });
  if (query.alert !== undefined) parameters.set('alert', query.alert);
  const path = `/v1/notifications?${parameters}`;
  return notificationPage.parse(await get(settings.alertInboxUrl, path, 'The inbox', settings, signal))
    .notifications;
}
