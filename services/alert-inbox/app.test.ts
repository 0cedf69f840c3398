import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notificationPage } from '#contracts/http/notifications.ts';
import { serve } from '#platform/http/serve.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { quietLog } from '#platform/testing/recording-log.ts';
import { createAlertInboxApp } from './app.ts';
import { loadAlertInboxConfig } from './config.ts';
import { Inbox } from './inbox.ts';

const parts = new AsyncDisposableStack();
let url: string;

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'go-coffee-inbox-'));
  parts.defer(() => rm(directory, { recursive: true }));
  const config = loadAlertInboxConfig({ COFFEE_TLS: 'off', INBOX_DIRECTORY: directory });
  const inbox = await Inbox.open(config.INBOX_DIRECTORY, config.INBOX_CAPACITY);
  const log = quietLog();
  const health = parts.use(new Health(config.HEALTH_CHECK_INTERVAL));
  const limiter = createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE });
  const app = createAlertInboxApp(config, { log, health, limiter, inbox });
  const server = parts.use(await serve(app, { host: '127.0.0.1', port: 0, health, drainDelayMs: 0, log }));
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(() => parts.disposeAsync());

// As Alertmanager 0.33 sends it, with what nobody reads here.
const webhook = {
  version: '4',
  groupKey: '{}:{alertname="OrdersRefused"}',
  truncatedAlerts: 0,
  status: 'resolved',
  receiver: 'inbox',
  groupLabels: { alertname: 'OrdersRefused' },
  commonLabels: { alertname: 'OrdersRefused', severity: 'page' },
  commonAnnotations: {},
  externalURL: 'https://alertmanager:9093',
  alerts: [
    {
      status: 'resolved',
      labels: { alertname: 'OrdersRefused', severity: 'page' },
      annotations: { summary: 'Orders are refused' },
      startsAt: '2026-03-01T09:59:30.123456789Z',
      endsAt: '2026-03-01T10:04:30.123456789Z',
      generatorURL: 'https://prometheus:9090/graph',
      fingerprint: 'c0ffee00c0ffee00',
    },
  ],
};

const post = (body: unknown): Promise<Response> =>
  fetch(`${url}/v1/notifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it("takes Alertmanager's notifications and lists them", async () => {
  expect((await post(webhook)).status).toBe(204);
  const response = await fetch(`${url}/v1/notifications?alert=OrdersRefused`);
  const { notifications } = notificationPage.parse(await response.json());
  expect(notifications).toMatchObject([
    { status: 'resolved', labels: { severity: 'page' }, annotations: { summary: 'Orders are refused' } },
  ]);
});

it('refuses what is no notification, so that its sender hears of it', async () => {
  expect((await post({ ...webhook, version: '3' })).status).toBe(400);
  expect((await post({ ...webhook, alerts: [] })).status).toBe(400);
  expect((await fetch(`${url}/v1/notifications?limit=0`)).status).toBe(400);
});

it('names a wrong variable', () => {
  expect(() => loadAlertInboxConfig({ COFFEE_TLS: 'off', INBOX_CAPACITY: 'many' })).toThrow(/INBOX_CAPACITY/);
});
