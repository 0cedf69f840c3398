import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer, TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { TestAuthority } from '../testing/test-authority.ts';
import { certificateEnd } from './certificate-watch.ts';
import { TlsIdentity } from './identity.ts';

const hour = 3_600_000;

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers as PostgreSQL does to who asks for TLS: with this letter, and TLS after an `S`. */
const likePostgres = (answer: string, identity: TlsIdentity): Server =>
  createPlainServer((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => {
      expect([...request]).toEqual([0, 0, 0, 8, 4, 210, 22, 47]);
      socket.write(answer);
      if (answer === 'S') new TLSSocket(socket, { isServer: true, ...identity.serverOptions('any') });
    });
  });

it.each(['tls', 'postgresql'] as const)(
  'says when the certificate of a server ends, by %s',
  async (protocol) => {
    await using authority = await TestAuthority.create();
    const identity = TlsIdentity.open(await authority.folder({ validForMs: 2 * hour }));
    const server =
      protocol === 'tls' ? createServer(identity.serverOptions('required')) : likePostgres('S', identity);
    await using running = await listening(server);
    const end = await certificateEnd({ host: 'localhost', port: running.port, protocol }, identity);
    expect(Math.abs(end - Date.now() - 2 * hour)).toBeLessThan(60_000);
  },
);

// Guard: it is there to tell of certificates that are not valid any more.
it('says it of a certificate that has ended, too', async () => {
  await using authority = await TestAuthority.create();
  const ended = TlsIdentity.open(await authority.folder({ validForMs: -hour }));
  const identity = TlsIdentity.open(await authority.folder());
  await using running = await listening(createServer(ended.serverOptions('any')));
  const end = await certificateEnd({ host: 'localhost', port: running.port, protocol: 'tls' }, identity);
  expect(end).toBeLessThan(Date.now());
});

it('says that a server is away, or offers no TLS', async () => {
  await using authority = await TestAuthority.create();
  const identity = TlsIdentity.open(await authority.folder());
  await using refusing = await listening(likePostgres('N', identity));
  const look = (port: number) =>
    certificateEnd({ host: 'localhost', port, protocol: 'postgresql' }, identity);
  await expect(look(refusing.port)).rejects.toThrow('offers no TLS');
  const { port } = refusing;
  await refusing[Symbol.asyncDispose]();
  await expect(look(port)).rejects.toThrow(/ECONNREFUSED/);
});
