import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import autocannon from 'autocannon';
import { describe, expect, test } from 'vitest';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { type Interference, startFakeProducer } from '../../scripts/traffic/fake-producer.ts';
import { type AutocannonClient, Lane, type LaneAnswer } from './lane.ts';

const menu = { method: 'GET', path: '/v1/menu', headers: {} };

/** One lane; each answer asks for the next one, and `begin` for the first. */
async function answersOf(
  url: URL,
  count: number,
  timeoutMs: number,
  begin: Promise<void> = Promise.resolve(),
): Promise<LaneAnswer[]> {
  const answers: LaneAnswer[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const onFree = async (lane: Lane): Promise<void> => {
    if (answers.length === 0) await begin;
    if (answers.length === count) return;
    lane.send(menu, (answer) => {
      answers.push(answer);
      if (answers.length === count) resolve();
    });
  };
  const options = { timeoutMs, onFree, onUntrusted: () => undefined };
  const setupClient = (client: unknown): void => void new Lane(client as AutocannonClient, options);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const cannon = autocannon({ url: url.href, connections: 1, duration: 600, timeout: 600, setupClient }, () =>
    end(),
  );
  await all;
  cannon.stop();
  await ended;
  return answers;
}

async function statuses(interfere: Interference, timeoutMs = 5_000): Promise<(number | string)[]> {
  await using producer = await startFakeProducer(interfere);
  const answers = await answersOf(producer.url, 6, timeoutMs);
  return answers.map(({ status, reason }) => reason ?? status);
}

/** Every third request. */
const everyThird = (interfere: Interference): Interference => {
  let count = 0;
  return (asked, response) => {
    count += 1;
    return count % 3 === 0 && interfere(asked, response);
  };
};

describe('a connection that sends when it is told to', () => {
  test('gives the answer to each request', async () => {
    expect(await statuses(() => false)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  test('says that it was lost, once, and makes another', async () => {
    const destroy = everyThird((_, response) => {
      response.socket?.destroy();
      return true;
    });
    const lost = 'CONNECTION_LOST';
    expect(await statuses(destroy)).toEqual([200, 200, lost, 200, 200, lost]);
  });

  test('waits no longer than it may', async () => {
    expect(
      await statuses(
        everyThird(() => true),
        1_000,
      ),
    ).toEqual([200, 200, 'TIMEOUT', 200, 200, 'TIMEOUT']);
  });

  test('sends nothing on one that the server is about to close', async () => {
    const closing: Interference = (_, response) => {
      response.shouldKeepAlive = false;
      return false;
    };
    expect(await statuses(closing)).toEqual([200, 200, 200, 200, 200, 200]);
  });
});

describe('a connection on which nothing is sent', () => {
  const end = (code: string) => `HTTP/1.1 ${code}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;

  /** What a lane that is used as late as its first connection is closed is answered, and how many connections there were. */
  async function afterSilence(lastWords: string): Promise<{ statuses: number[]; connections: number }> {
    let connections = 0;
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    await using server = createTcpServer((socket) => {
      connections += 1;
      if (connections === 1) {
        socket.on('close', () => close());
        socket.end(lastWords);
      } else socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const answers = await answersOf(url, 2, 5_000, closed);
    return { statuses: answers.map(({ status }) => status), connections };
  }

  test('is made anew when it is needed', async () => {
    expect(await afterSilence('')).toEqual({ statuses: [200, 200], connections: 2 });
  });

  test('is told so, which is the answer to no request', async () => {
    expect(await afterSilence(end('408 Request Timeout'))).toEqual({ statuses: [200, 200], connections: 2 });
  });
});

describe('a certificate', () => {
  /** What is said of a server of `authority`, to a client that knows `known`. */
  async function judgement(authority: TestAuthority, known: TestAuthority): Promise<string | undefined> {
    const { certificate: cert, key } = await authority.issue();
    const server = createServer({ cert, key }, (_, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { promise: told, resolve: tell } = Promise.withResolvers<string | undefined>();
    const onFree = (lane: Lane): void =>
      lane.send(menu, ({ status }) => (status === 200 ? tell(undefined) : undefined));
    const options = { timeoutMs: 5_000, onFree, onUntrusted: tell };
    const cannon = autocannon(
      {
        ...{ url: `https://127.0.0.1:${port}`, connections: 1, duration: 600, timeout: 600 },
        tlsOptions: { ca: known.certificate },
        setupClient: (client) => void new Lane(client as unknown as AutocannonClient, options),
      },
      () => server.closeAllConnections(),
    );
    try {
      return await told;
    } finally {
      cannon.stop();
      server.close();
    }
  }

  test('of the platform is taken, one of somebody else is not', async () => {
    await using ours = await TestAuthority.create();
    await using others = await TestAuthority.create();
    expect(await judgement(ours, ours)).toBeUndefined();
    expect(await judgement(others, ours)).toMatch(/SIGNED|UNABLE/);
  });
});
