import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as PlainServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { HostEnd } from './host-end.ts';
import { createStandIn } from './stand-in.ts';

async function listening(server: PlainServer, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const service = (answer: string): Server =>
  createServer(async (incoming, response) => {
    const body = await text(incoming);
    response.end(`${answer} ${incoming.url} ${body.length}`);
  });

async function ask(port: number, path: string, body = ''): Promise<string> {
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return text(response);
}

async function stage(patienceMs = 5_000, isReady = () => Promise.resolve(true)) {
  const parts = new AsyncDisposableStack();
  const standIn = createStandIn();
  const [clientPort, tunnelPort] = [await listening(standIn.service), await listening(standIn.tunnel)];
  const real = service('first');
  const servicePort = await listening(real);
  for (const server of [standIn.service, standIn.tunnel]) parts.defer(() => void server.close());
  parts.use(new HostEnd({ tunnelPort, servicePort, waiting: 2, patienceMs, isReady }));
  const stop = async (server: Server): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { clientPort, servicePort, real, stop, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

it('brings requests of containers to the service on this machine, many at once', async () => {
  await using tunnel = await stage();
  const body = 'x'.repeat(300_000);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, number) => ask(tunnel.clientPort, `/${number}`, body)),
  );
  expect(answers).toEqual(answers.map((_, number) => `first /${number} 300000`));
  await tunnel.stop(tunnel.real);
});

it('gives nothing to clients that say nothing', async () => {
  await using tunnel = await stage();
  const silent = Array.from({ length: 20 }, () => connect(tunnel.clientPort, '127.0.0.1'));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  expect(await ask(tunnel.clientPort, '/heard', 'body')).toBe('first /heard 4');
  for (const socket of silent) socket.destroy();
  await tunnel.stop(tunnel.real);
});

it('lets clients wait while the service restarts', async () => {
  await using tunnel = await stage();
  await tunnel.stop(tunnel.real);
  const waiting = ask(tunnel.clientPort, '/early', 'body');
  const next = service('second');
  await listening(next, tunnel.servicePort);
  expect(await waiting).toBe('second /early 4');
  await tunnel.stop(next);
});

it('lets clients wait until the service can answer', async () => {
  const answers = [false, false, false, true];
  await using tunnel = await stage(5_000, () => Promise.resolve(answers.shift() ?? true));
  expect(await ask(tunnel.clientPort, '/early', 'body')).toBe('first /early 4');
  expect(answers).toEqual([]);
  await tunnel.stop(tunnel.real);
});

it('gives up a client when the service does not come back', async () => {
  await using tunnel = await stage(50);
  await tunnel.stop(tunnel.real);
  await expect(ask(tunnel.clientPort, '/lost')).rejects.toThrow(/hang up|ECONNRESET/);
});
