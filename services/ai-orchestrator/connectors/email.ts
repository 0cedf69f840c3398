import { createTransport } from 'nodemailer';
import type { Connector } from './connector.ts';

export interface EmailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`; an operator's own, so it may be private. */
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly timeoutMs: number;
}

/** E-mail by SMTP. The key makes the Message-ID: repeats of one message are one message to who reads them. */
export function emailConnector({ url, from, to, timeoutMs }: EmailOptions): Connector {
  const limits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport(url, { ...limits, from } as never);
  return {
    send: async ({ subject, text }, key) => {
      const messageId = `<${key.replaceAll(/[^\w.-]/g, '.')}@go-coffee>`;
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    },
  };
}
