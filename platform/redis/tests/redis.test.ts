import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, inject, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { recordingLog } from '#platform/testing/recording-log.ts';
import { TcpProxy } from '#platform/testing/tcp-proxy.ts';
import { createRedis, pingRedis } from '../redis.ts';

it('fails at once while Redis is away, comes back by itself, and tells of both once', async () => {
  const server = inject('redis');
  await using proxy = await TcpProxy.start(() => server);
  const { log, lines } = recordingLog();
  const { host, port } = proxy;
  const redis = createRedis(
    { host, port, username: 'default', password: server.password, name: 'test' },
    log,
  );
  await poll(() => pingRedis(redis).then(() => true));
  const key = randomUUID();
  await redis.set(key, 'kept');

  proxy.goAway();
  await poll(() => lines.some(({ msg }) => msg === 'redis is away'));
  const started = performance.now();
  await expect(redis.get(key)).rejects.toThrow();
  // Nothing queues: the limit of a command is 250 ms, and the machine may be very busy.
  expect(performance.now() - started).toBeLessThan(10_000);

  proxy.restore();
  await poll(async () => (await redis.get(key)) === 'kept', { what: 'redis to be back' });
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ['warn', 'redis is away'],
    ['info', 'redis is back'],
  ]);
  redis.disconnect();
});

it('is refused with a wrong password', async () => {
  const { host, port } = inject('redis');
  const { log, lines } = recordingLog();
  const redis = createRedis({ host, port, username: 'default', password: 'wrong', name: 'test' }, log);
  await poll(() => lines.some(({ error }) => /WRONGPASS/.test(String(error))));
  await expect(pingRedis(redis)).rejects.toThrow();
  redis.disconnect();
});

// As behind a proxy that makes an orderly end of a reset: ioredis has no error for that.
it('tells of a server that ends every connection without an error', async () => {
  const server = createServer((socket) =>
    socket.once('data', () => socket.end()).on('error', () => undefined),
  );
  const host = '127.0.0.1';
  const port = await new Promise<number>((resolve) => {
    server.listen(0, host, () => resolve((server.address() as { port: number }).port));
  });
  const { log, lines } = recordingLog();
  const redis = createRedis({ host, port, username: 'default', password: 'any', name: 'test' }, log);
  const told = () => lines.filter(({ msg }) => msg === 'redis is away');
  await poll(() => told().length > 0, { what: 'the loss to be told' });
  expect(told()).toMatchObject([{ error: 'The connection was closed.' }]);
  redis.disconnect();
  server.close();
});
