import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '../tls/identity.ts';
import { open, rawRequest, readAll, readUntil } from './tests/raw-request.ts';
import { slowRoute } from './tests/slow-route.ts';
import { start } from './tests/start.ts';

let authority: TestAuthority;
let folder: string;
beforeAll(async () => {
  authority = await TestAuthority.create();
  folder = await authority.folder({ name: 'first' });
});
afterAll(() => authority[Symbol.asyncDispose]());

// Half of what the server waits for a request that is under way.
const patienceMs = 10_000;

const identity = (): TlsIdentity => TlsIdentity.open(folder);

/** A connection over TLS to a server of this machine. */
async function openSecure(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    ...{ host: '127.0.0.1', port, servername: 'localhost', ca: authority.certificate },
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

/** @returns the status of an answer over a connection of the agent's. */
async function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  const [response] = await once(get(url, { agent }), 'response');
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

// Guard: a server with a certificate serves nobody without TLS.
test('answers over TLS from version 1.2 on, and not one byte of HTTP without it', async () => {
  await using server = await start([], { tls: identity() });
  const agent = new Agent({ ca: authority.certificate });
  expect(await statusOf(`${server.url}/livez`, agent)).toBe(200);
  expect(await rawRequest(server.port, 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain('HTTP');
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  await expect(openSecure(server.port, old)).rejects.toThrow();
  expect(await statusOf(`${server.url}/livez`, agent)).toBe(200);
});

test('answers what is no HTTP within TLS as it does without', async () => {
  await using server = await start([], { tls: identity() });
  const socket = await openSecure(server.port);
  socket.write('nonsense\r\n\r\n');
  expect(await readAll(socket)).toMatch(/^HTTP\/1.1 400 .*"code":"validation-failed"/s);
});

// Guard: setSecureContext, and connections that live on.
test('shows a new certificate to new connections and drops none of the old', async () => {
  const { definition, waiting } = slowRoute();
  await authority.renew(folder, { name: 'first' });
  await using server = await start([definition], { tls: identity(), limits: { certificateIntervalMs: 5 } });
  const busy = await openSecure(server.port);
  busy.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => waiting.length).toBe(1);
  await authority.renew(folder, { name: 'second' });
  const shown = async (): Promise<boolean> => {
    const socket = await openSecure(server.port);
    socket.end();
    return nameOf(socket) === 'second';
  };
  await poll(shown, { what: 'the new certificate' });
  const answer = readUntil(busy, '{"done":true}');
  waiting[0]?.resolve();
  expect(await answer).toContain('200 OK');
  busy.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await readUntil(busy, '"alive"')).toContain('200 OK');
  expect(nameOf(busy)).toBe('first');
  busy.destroy();
});

describe('stopping', () => {
  test('answers what is in flight and takes no new connections', async () => {
    const { definition, waiting } = slowRoute();
    const server = await start([definition], { tls: identity() });
    const busy = await openSecure(server.port);
    busy.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(1);
    const stopped = server[Symbol.asyncDispose]();
    await poll(
      () =>
        openSecure(server.port).then(
          (socket) => !socket.destroy(),
          () => true,
        ),
      { what: 'the server to take no connections' },
    );
    const answer = readAll(busy);
    waiting[0]?.resolve();
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK.*Connection: close.*\{"done":true\}$/s);
    await stopped;
  });

  // Guard: closeAfterwards. Whoever keeps a connection is told to leave it while it still works.
  test('sends everybody away with an answer before connections close, however many ask again and again', async () => {
    const server = await start([], { tls: identity(), drainDelayMs: 2_000 });
    let answered = 0;
    const customers = Array.from({ length: 40 }, async () => {
      const agent = new Agent({ ca: authority.certificate, keepAlive: true, maxSockets: 1 });
      for (let last = false; !last; answered += 1) {
        const [response] = await once(get(`${server.url}/livez`, { agent }), 'response');
        expect(response.statusCode).toBe(200);
        response.resume();
        await once(response, 'end');
        last = response.headers.connection === 'close';
      }
    });
    await poll(() => answered >= 400, { what: 'customers who know the server' });
    // Rejects when a connection was cut under a request.
    await Promise.all([server[Symbol.asyncDispose](), ...customers]);
  });

  test('does not wait for connections without a request, or without TLS', async () => {
    const server = await start([], { tls: identity() });
    const silent = await openSecure(server.port);
    const withoutTls = await open(server.port);
    // The server has seen both when it has answered a third one.
    await statusOf(`${server.url}/livez`, new Agent({ ca: authority.certificate }));
    const begun = performance.now();
    await server[Symbol.asyncDispose]();
    expect(performance.now() - begun).toBeLessThan(patienceMs);
    expect([await readAll(silent), await readAll(withoutTls)]).toEqual(['', '']);
  });
});
