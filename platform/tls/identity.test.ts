import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from './identity.ts';

let ours: TestAuthority;
let theirs: TestAuthority;
beforeAll(async () => {
  ours = await TestAuthority.create('ours');
  theirs = await TestAuthority.create('theirs');
});
afterAll(async () => {
  await ours[Symbol.asyncDispose]();
  await theirs[Symbol.asyncDispose]();
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that says who its client is and ends the connection. */
async function serve(identity: TlsIdentity, clients: 'required' | 'any'): Promise<[Server, number]> {
  const server = createServer(identity.serverOptions(clients), (socket) =>
    socket.end(String(socket.getPeerCertificate().subject?.CN)),
  );
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return [server, (server.address() as AddressInfo).port];
}

/** The server's name and its answer. */
async function call(port: number, options: object, servername = 'localhost'): Promise<[string, string]> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, servername, ...options });
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(socket, 'secureConnect');
  const peer = String(socket.getPeerCertificate().subject.CN);
  await once(socket, 'close');
  return [peer, text];
}

it('lets parts of one authority know each other by name', async () => {
  const [, port] = await serve(TlsIdentity.open(await ours.folder({ name: 'kafka' })), 'required');
  const client = TlsIdentity.open(await ours.folder({ name: 'producer', hosts: [], usages: ['client'] }));
  expect(await call(port, client.clientOptions())).toEqual(['kafka', 'producer']);
});

// Guard: clientOptions verifies, and serverOptions('required') does.
it('refuses a server of another authority or name, and a client without or with another certificate', async () => {
  const client = TlsIdentity.open(await ours.folder()).clientOptions();
  const [, foreign] = await serve(TlsIdentity.open(await theirs.folder()), 'any');
  await expect(call(foreign, client)).rejects.toThrow(/unable to verify|self-signed|issuer/);
  const [, port] = await serve(TlsIdentity.open(await ours.folder({ hosts: ['kafka'] })), 'required');
  await expect(call(port, client)).rejects.toThrow("Host: localhost. is not in the cert's altnames");
  // TLS 1.3 refuses a client after its side of the handshake: it may see an error, or an end without an answer.
  const answerTo = (options: object): Promise<string> =>
    call(port, options, 'kafka').then(
      ([, text]) => text,
      () => '',
    );
  expect(await answerTo(client)).toBe('test');
  expect(await answerTo({ ca: ours.certificate })).toBe('');
  const stranger = TlsIdentity.open(await theirs.folder()).clientOptions();
  expect(await answerTo({ ...stranger, ca: ours.certificate })).toBe('');
});

it('refuses a certificate that is only for clients as a server', async () => {
  const [, port] = await serve(TlsIdentity.open(await ours.folder({ usages: ['client'] })), 'any');
  const client = TlsIdentity.open(await ours.folder()).clientOptions();
  await expect(call(port, client)).rejects.toThrow(/unsuitable certificate purpose/);
});

it('gives servers and clients new certificates while they run', async () => {
  const folder = await ours.folder({ name: 'old' });
  const identity = TlsIdentity.open(folder);
  const [server, port] = await serve(identity, 'required');
  const { log, lines } = recordingLog();
  using _following = identity.follow(server, log, 5);
  const live = identity.liveClientOptions();
  expect(await call(port, live)).toEqual(['old', 'old']);
  await ours.renew(folder, { name: 'new' });
  const seen = async (): Promise<boolean> => (await call(port, live)).join() === 'new,new';
  await poll(seen, { what: 'the new certificate' });
  expect(lines.map(({ msg }) => msg)).toEqual(['new certificate']);
});

it('goes on with the old ones while a change is half done', async () => {
  const folder = await ours.folder();
  const identity = TlsIdentity.open(folder);
  const { material } = identity;
  writeFileSync(join(folder, 'tls.key'), (await ours.issue()).key);
  expect(identity.material).toBe(material);
  rmSync(join(folder, 'tls.crt'));
  expect(identity.material).toBe(material);
  await ours.renew(folder);
  expect(identity.material).not.toBe(material);
  expect(identity.clientOptions()).toMatchObject(identity.material);
});

it('says at once what is wrong with the files', async () => {
  expect(() => TlsIdentity.open('/not/there')).toThrow(
    /No certificate can be used from \/not\/there: ENOENT/,
  );
  const folder = await ours.folder();
  writeFileSync(join(folder, 'tls.key'), (await ours.issue()).key);
  expect(() => TlsIdentity.open(folder)).toThrow('tls.key is not the key of tls.crt');
  writeFileSync(join(folder, 'tls.key'), 'nonsense');
  expect(() => TlsIdentity.open(folder)).toThrow('COFFEE_TLS=off does without');
});
