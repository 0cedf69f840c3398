import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { socketFactory } from './socket-factory.ts';

// Guard: a broker that stays away makes no listeners pile up. kafkajs ends and unrefs its last socket at each attempt.
it('leaves nothing on a closed connection, however often it is given up', async () => {
  const server = createServer((accepted) => accepted.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connected = Promise.withResolvers<void>();
  const socket = socketFactory()({
    ...{ host: '127.0.0.1', port, onConnect: connected.resolve },
    ssl: undefined as never,
  });
  await connected.promise;
  const closed = once(socket.resume(), 'close');
  socket.end();
  await closed;
  for (let time = 0; time < 20; time += 1) {
    socket.end();
    socket.unref();
  }
  expect(socket.listenerCount('connect')).toBe(0);
  server.close();
  await once(server, 'close');
});
