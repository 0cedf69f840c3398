import { createServer } from 'node:http';
import { type AddressInfo, createServer as createMailServer } from 'node:net';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { PermanentError } from '../engine/permanent-error.ts';
import { noticeSecret, startNoticeReceiver } from '../tests/notice-receiver.ts';
import { createConnectors } from './connectors.ts';
import { OutboundGuard } from './outbound-guard.ts';
import { post } from './signed-request.ts';

const nowhere = {
  webhookUrl: undefined,
  webhookSecret: undefined,
  slackUrl: undefined,
  smtpUrl: undefined,
  emailFrom: 'coffee@example.org',
  emailTo: 'shop@example.org',
};
const notice = { subject: 'Supplies', text: 'Supplies were <ordered> & paid' };
const allowing = (host: string) => ({ guard: new OutboundGuard([host]), timeoutMs: 2_000 });

/** Answers with this status and keeps what came. */
async function startReceiver(status: number, body = '') {
  const received: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('says what it would have sent where a channel has no address', async () => {
  const { log, lines } = recordingLog();
  const connectors = createConnectors(nowhere, allowing('x'), log);
  for (const channel of ['webhook', 'slack', 'email'] as const)
    await connectors[channel].send(notice, 'a-key');
  expect(lines.map(({ channel }) => channel)).toEqual(['webhook', 'slack', 'email']);
});

describe('a webhook', () => {
  it('is signed, with a key that a repeat has, too', async () => {
    await using receiver = await startNoticeReceiver();
    const options = { ...nowhere, webhookUrl: receiver.url, webhookSecret: noticeSecret };
    const { webhook } = createConnectors(options, allowing(receiver.host), recordingLog().log);
    await webhook.send(notice, 'run/step');
    await webhook.send(notice, 'run/step');
    expect([...receiver.notices.keys()]).toEqual(['run/step']);
    expect(receiver.notices.get('run/step')).toMatchObject({ data: notice });
  });

  // Guard: the replay window, and that body, key and time are all signed.
  it('can not be forged, changed or played back later', async () => {
    await using receiver = await startReceiver(204);
    const call = { url: receiver.url, body: notice, key: 'run/step', secret: noticeSecret };
    await post(allowing(receiver.host), call);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const verifier = new Webhook(noticeSecret);
    const signed = headers as Record<string, string>;
    expect(verifier.verify(body, signed)).toEqual(notice);
    const stale = String(Math.floor(Date.now() / 1_000) - 3_600);
    for (const [changed, text] of [
      [{ ...signed, 'webhook-id': 'another' }, body],
      [{ ...signed, 'webhook-timestamp': stale }, body],
      [signed, body.replace('ordered', 'stolen')],
    ] as const)
      expect(() => verifier.verify(text, changed)).toThrow(WebhookVerificationError);
    const old = new Webhook(noticeSecret).sign('run/step', new Date(Number(stale) * 1_000), body);
    const replayed = { ...signed, 'webhook-timestamp': stale, 'webhook-signature': old };
    expect(() => verifier.verify(body, replayed)).toThrow(/too old/);
  });

  // Guard: a redirect would lead around the guard.
  it.each([302, 400, 401, 404])('that is answered with %i is not tried again', async (status) => {
    await using receiver = await startReceiver(status);
    const call = { url: receiver.url, body: notice, key: 'k', secret: undefined };
    await expect(post(allowing(receiver.host), call)).rejects.toThrow(PermanentError);
    expect(receiver.received).toHaveLength(1);
  });

  it.each([408, 429, 500, 503])('that is answered with %i may be tried again', async (status) => {
    await using receiver = await startReceiver(status);
    const call = { url: receiver.url, body: notice, key: 'k', secret: undefined };
    const failed = post(allowing(receiver.host), call);
    await expect(failed).rejects.toThrow(`answers ${status}`);
    await expect(failed).rejects.not.toThrow(PermanentError);
  });

  it('is not sent to what is not on the Internet', async () => {
    await using receiver = await startReceiver(204);
    const call = { url: receiver.url, body: notice, key: 'k', secret: undefined };
    await expect(post(allowing('other.example'), call)).rejects.toThrow(PermanentError);
    expect(receiver.received).toEqual([]);
  });

  it('takes no answer without end', async () => {
    await using receiver = await startReceiver(200, 'x'.repeat(1_000_000));
    const call = { url: receiver.url, body: notice, key: 'k', secret: undefined };
    await expect(post(allowing(receiver.host), call)).rejects.toThrow(/too much/);
  });
});

it('escapes what Slack would take for markup', async () => {
  await using receiver = await startReceiver(200, 'ok');
  const { slack } = createConnectors(
    { ...nowhere, slackUrl: receiver.url },
    allowing(receiver.host),
    recordingLog().log,
  );
  await slack.send(notice, 'k');
  expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
    text: 'Supplies were &lt;ordered&gt; &amp; paid',
  });
});

it('sends e-mail whose repeats are one message', async () => {
  const said: string[] = [];
  const server = createMailServer((socket) => {
    let inData = false;
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      const text = chunk.toString('utf8');
      said.push(text);
      if (inData) {
        if (!text.includes('\r\n.\r\n')) return;
        inData = false;
        socket.write('250 taken\r\n');
      } else if (text.startsWith('DATA')) {
        inData = true;
        socket.write('354 go on\r\n');
      } else if (text.startsWith('QUIT')) socket.end('221 bye\r\n');
      else socket.write('250 fine\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const options = { ...nowhere, smtpUrl: `smtp://127.0.0.1:${port}` };
  const { email } = createConnectors(options, allowing('x'), recordingLog().log);
  await email.send(notice, 'run/step');
  await email.send(notice, 'run/step');
  const ids = said.join('').match(/Message-ID: <[^>]+>/gi) ?? [];
  expect(ids).toHaveLength(2);
  expect(new Set(ids)).toEqual(new Set(['Message-ID: <run.step@go-coffee>']));
  await new Promise((resolve) => server.close(resolve));
});
