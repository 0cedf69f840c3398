import type { Logger } from '#platform/telemetry/logger.ts';
import type { channels } from '../domain/actions.ts';
import type { Connector } from './connector.ts';
import { emailConnector } from './email.ts';
import type { CallParts } from './signed-request.ts';
import { slackConnector } from './slack.ts';
import { webhookConnector } from './webhook.ts';

export type Channel = (typeof channels)[number];

/** Where notices go; a channel without an address is a dry run. */
export interface ConnectorOptions {
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly slackUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly emailFrom: string;
  readonly emailTo: string;
}

/** Says what it would have sent. */
const dryRun = (channel: Channel, log: Logger): Connector => ({
  send: ({ subject }, key) => {
    log.info({ channel, subject, key }, 'notice not sent: the channel has no address (dry run)');
    return Promise.resolve();
  },
});

export type Connectors = Readonly<Record<Channel, Connector>>;

export function createConnectors(options: ConnectorOptions, parts: CallParts, log: Logger): Connectors {
  const { webhookUrl, webhookSecret, slackUrl, smtpUrl, emailFrom, emailTo } = options;
  const email = { from: emailFrom, to: emailTo, timeoutMs: parts.timeoutMs };
  return {
    webhook: webhookUrl ? webhookConnector(parts, webhookUrl, webhookSecret) : dryRun('webhook', log),
    slack: slackUrl ? slackConnector(parts, slackUrl) : dryRun('slack', log),
    email: smtpUrl ? emailConnector({ ...email, url: smtpUrl }) : dryRun('email', log),
  };
}
