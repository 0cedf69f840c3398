import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { TestAuthority } from '#platform/testing/test-authority.ts';

/** What Alertmanager tells Slack (https://api.slack.com/reference/messaging/attachments), as far as a test reads it. */
export interface SlackMessage {
  readonly channel: string;
  readonly attachments: readonly { readonly title: string; readonly text: string; readonly color: string }[];
}

/** What Alertmanager tells a webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface WebhookMessage {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

export interface Mail {
  readonly to: readonly string[];
  /** As it was sent, without the breaks that quoted-printable makes in long lines. */
  readonly text: string;
  /** Who it was sent as, over TLS; undefined when nobody signed in. */
  readonly user: string | undefined;
}

async function listen(server: Server, host: string): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const keepingIn =
  <T>(messages: T[]): RequestListener =>
  async (request, response) => {
    messages.push((await json(request)) as T);
    response.end('ok');
  };

const smtpUser = 'go-coffee';

/** Everybody who may be told of an alert, and what they were told. */
export interface AlertReceivers extends AsyncDisposable {
  readonly slack: readonly SlackMessage[];
  readonly pager: readonly WebhookMessage[];
  /** Shows the platform's certificate. */
  readonly inbox: readonly WebhookMessage[];
  readonly mails: readonly Mail[];
  /** What Alertmanager finds them by, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the mail server is, for the configuration's `global`. */
  readonly global: Readonly<Record<string, unknown>>;
}

const ca = '/run/go-coffee/secrets/ca.crt';
const password = 'only for tests';

/** @param host an address of this machine that containers reach. */
export async function startAlertReceivers(host: string): Promise<AlertReceivers> {
  await using starting = new AsyncDisposableStack();
  await using authority = await TestAuthority.create();
  const { certificate: cert, key } = await authority.issue({ hosts: [host] });
  const slack: SlackMessage[] = [];
  const pager: WebhookMessage[] = [];
  const inbox: WebhookMessage[] = [];
  const mails: Mail[] = [];
  const at = async (server: Server): Promise<string> => {
    const port = await listen(server, host);
    starting.defer(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return `${host}:${port}`;
  };
  const files = {
    [ca]: authority.certificate,
    '/etc/alertmanager/inbox.url': `https://${await at(createSecureServer({ cert, key }, keepingIn(inbox)))}/v1/notifications`,
    '/run/go-coffee/receivers/pager-url': `http://${await at(createServer(keepingIn(pager)))}/`,
    '/run/go-coffee/receivers/slack-url': `http://${await at(createServer(keepingIn(slack)))}/services/T/B/X`,
    '/run/go-coffee/receivers/smtp-password': password,
  };
  const smtp = mailServer({ cert, key }, mails);
  const listening = smtp.listen(0, host);
  await once(listening, 'listening');
  starting.defer(() => new Promise((resolve) => smtp.close(() => resolve())));
  const { port } = listening.address() as AddressInfo;
  const global = { smtp_smarthost: `${host}:${port}`, smtp_tls_config: { ca_file: ca } };
  const parts = starting.move();
  return { slack, pager, inbox, mails, files, global, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Takes mail of who signs in, which it lets nobody do before TLS. */
function mailServer(certificate: { cert: string; key: string }, mails: Mail[]): SMTPServer {
  return new SMTPServer({
    ...certificate,
    authMethods: ['PLAIN'],
    onAuth: (given, _session, done) =>
      given.username === smtpUser && given.password === password
        ? done(null, { user: given.username })
        : done(new Error('Not with this password.')),
    onData: (stream, session, done) => {
      text(stream).then((raw) => {
        const user = session.secure && session.user ? String(session.user) : undefined;
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text: raw.replaceAll('=\r\n', ''), user });
        done();
      }, done);
    },
  });
}
