import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { readAuthority } from '../../scripts/stack/authority.ts';
import { readSettings } from '../../scripts/stack/settings.ts';
import { project } from './coffee.ts';

/** HTTP and OTLP as this machine reaches them: what it is, its port, and something that it answers with 200. */
export const servers = [
  ['the edge', 8443, '/v1/menu'],
  ['orders', 8080, '/livez'],
  ["the consumer's health", 8081, '/livez'],
  ['OTLP by gRPC', 4317, '/'],
  ['OTLP by HTTP', 4318, '/v1/traces'],
  ["the collector's health", 13_133, '/'],
  ['traces', 16_686, '/api/v3/services'],
  ["Jaeger's health", 13_134, '/status'],
  ['metrics', 9090, '/-/ready'],
  ['alerts', 9093, '/-/ready'],
  ['notifications', 8086, '/livez'],
] as const;

/** Those that are not everywhere. */
export const optionalServers = [
  ['tempo', 'traces by TraceQL', 3200, '/ready'],
  ['loki', 'logs', 3100, '/ready'],
] as const;

/** The authority (PEM) of the stack's certificates. */
export async function stackAuthority(): Promise<string> {
  const authority = await readAuthority(
    await readSettings({ ...process.env, COMPOSE_PROJECT_NAME: project }),
  );
  if (authority === undefined) throw new Error('The stack runs without TLS.');
  return authority;
}

/** The name of a server's certificate. @throws when it is not of the authority, or not for this machine */
export async function certificateOf(port: number, ca: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  const name = String(socket.getPeerCertificate().subject.CN);
  socket.destroy();
  return name;
}

/** What a server says to a request without TLS. */
export async function answerInPlainText(port: number, path: string): Promise<string> {
  const socket = connectPlain(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  return text(socket).catch(() => '');
}
