import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';

/** Runs the containers' health check against a port. */
async function check(port: number): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['platform/lifecycle/healthcheck.ts'], {
    env: { HTTP_PORT: String(port) },
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

it.each([
  [200, 0],
  [503, 1],
])('takes a /readyz of %d for exit code %d, and shows what it says', async (status, code) => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/readyz' ? status : 404;
    response.end('{"waitingFor":["kafka"]}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const result = await check((server.address() as AddressInfo).port);
  server.close();
  expect(result).toEqual({ code, output: '{"waitingFor":["kafka"]}' });
});

it('fails when nobody answers', async () => {
  expect(await check(1)).toMatchObject({ code: 1, output: expect.stringContaining('no answer') as string });
});
