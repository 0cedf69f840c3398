import type { Connector } from './connector.ts';
import { type CallParts, post } from './signed-request.ts';

/** Any receiver of Standard Webhooks. */
export const webhookConnector = (parts: CallParts, url: string, secret: string | undefined): Connector => ({
  send: async ({ subject, text }, key) => {
    const body = {
      type: 'dev.gocoffee.notice',
      timestamp: new Date().toISOString(),
      data: { subject, text },
    };
    await post(parts, { url, body, key, secret });
  },
});
