import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export const noticeSecret = Buffer.from('only for tests: a secret').toString('base64');

export interface NoticeReceiver extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** Notices by their key: a repeat is the same notice. */
  readonly notices: Map<string, unknown>;
}

/**
 * Takes signed notices, each key once, as a receiver of Standard Webhooks does.
 *
 * @param answer what it says to each; nothing unless told.
 */
export async function startNoticeReceiver(answer?: unknown): Promise<NoticeReceiver> {
  const notices = new Map<string, unknown>();
  const webhook = new Webhook(noticeSecret);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const payload = Buffer.concat(chunks).toString('utf8');
      try {
        const body = webhook.verify(payload, request.headers as Record<string, string>);
        notices.set(String(request.headers['webhook-id']), body);
        if (answer === undefined) response.writeHead(204).end();
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      } catch {
        response.writeHead(401).end();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/notices`,
    host: `127.0.0.1:${port}`,
    notices,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
