import { z } from 'zod';

const labels = z.record(z.string(), z.string());

/** One alert of a notification, as Alertmanager describes it. */
const notifiedAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  startsAt: z.iso.datetime({ offset: true }),
  /** Of a firing alert a time that means nothing: year 1. */
  endsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string(),
});

/**
 * What Alertmanager sends to a webhook, as far as it is read here.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanagerNotification = z.object({
  version: z.literal('4'),
  receiver: z.string(),
  status: z.enum(['firing', 'resolved']),
  alerts: z.array(notifiedAlert).min(1).max(1_000),
});

export type AlertmanagerNotification = z.infer<typeof alertmanagerNotification>;

/** One alert that somebody was told of. */
export const notification = z.object({
  /** Counts up: what comes later has more. */
  id: z.int().min(1),
  receivedAt: z.iso.datetime(),
  receiver: z.string(),
  ...notifiedAlert.pick({ status: true, labels: true, annotations: true, startsAt: true }).shape,
});

export type Notification = z.infer<typeof notification>;

export const notificationQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('The most notifications to list'),
  alert: z.string().max(100).optional().describe('Only of the alert with this name'),
});

/** Newest first. */
export const notificationPage = z.object({ notifications: z.array(notification) });
