import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { expect, it } from 'vitest';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '../tls/identity.ts';

/** Runs the containers' health check against a port. */
async function check(
  port: number,
  environment: Record<string, string> = { COFFEE_TLS: 'off' },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['platform/lifecycle/healthcheck.ts'], {
    env: { HTTP_PORT: String(port), ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

const readyz =
  (status: number): RequestListener =>
  (request, response) => {
    response.statusCode = request.url === '/readyz' ? status : 404;
    response.end('{"waitingFor":["kafka"]}');
  };

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it.each([
  [200, 0],
  [503, 1],
])('takes a /readyz of %d for exit code %d, and shows what it says', async (status, code) => {
  const server = createServer(readyz(status));
  const result = await check(await listen(server));
  server.close();
  expect(result).toEqual({ code, output: '{"waitingFor":["kafka"]}' });
});

it('fails when nobody answers', async () => {
  expect(await check(1)).toMatchObject({ code: 1, output: expect.stringContaining('no answer') as string });
});

// Guard: the check is one of the certificate, too.
it('asks over TLS, and fails when the certificate is not of our authority', async () => {
  await using ours = await TestAuthority.create('ours');
  await using theirs = await TestAuthority.create('theirs');
  const SECRETS_DIRECTORY = await ours.folder();
  const server = createSecureServer(TlsIdentity.open(SECRETS_DIRECTORY).serverOptions('any'), readyz(200));
  const port = await listen(server);
  const answers = [
    await check(port, { SECRETS_DIRECTORY }),
    await check(port, { SECRETS_DIRECTORY: await theirs.folder() }),
    await check(port, { SECRETS_DIRECTORY: '/not/there' }),
  ];
  server.close();
  expect(answers.map(({ code }) => code)).toEqual([0, 1, 1]);
});
