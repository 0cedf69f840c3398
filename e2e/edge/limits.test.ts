import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { EdgeClient, type Reply, readToEnd } from './client.ts';
import { addressForContainers, EdgeContainer } from './edge-container.ts';
import { RecordingUpstream } from './recording-upstream.ts';

const connections = 4;
const requests = 20;
const clientTimeoutMs = 1000;

/** The edge with limits that a test can reach; it trusts this machine's X-Forwarded-For, so that each test has an address. */
let edge: EdgeContainer;
let authority: TestAuthority;
let upstream: RecordingUpstream;
let client: EdgeClient;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  authority = stack.use(await TestAuthority.create());
  upstream = stack.use(await RecordingUpstream.start(await addressForContainers()));
  edge = stack.use(
    await EdgeContainer.start({
      name: 'limits',
      authority,
      upstreamPort: upstream.port,
      env: {
        EDGE_CONNECTIONS_PER_ADDRESS: String(connections),
        EDGE_REQUESTS_PER_ADDRESS: String(requests),
        EDGE_CLIENT_TIMEOUT: `${clientTimeoutMs / 1000}s`,
        EDGE_TRUSTED_PROXIES: '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16',
      },
    }),
  );
  client = stack.use(new EdgeClient(edge.port, authority.certificate));
}, 60_000);

afterAll(() => stack.disposeAsync(), 30_000);
afterEach(() => upstream.release());

const from = (address: string, path: string, ownConnection = false): Promise<Reply> =>
  client.send({ path, headers: { 'x-forwarded-for': address } }, ownConnection);

describe('the rate of requests', () => {
  it('is limited for each address, and the refusal says when to come back', async () => {
    const startedAt = performance.now();
    const [passed, refused]: [Reply[], Reply[]] = [[], []];
    // Until more are refused than pass at first: a busy machine may be slower than the limit for a while.
    const askInTurn = async (): Promise<void> => {
      for (let sent = 0; sent < requests; sent += 1) {
        const reply = await from('203.0.113.1', '/rate');
        (reply.status === 429 ? refused : passed).push(reply);
      }
    };
    await poll(
      async () => {
        // Fewer at a time than the other limit takes.
        await Promise.all(Array.from({ length: connections / 2 }, askInTurn));
        return refused.length > requests;
      },
      { intervalMs: 0, deadlineMs: 25_000 },
    );
    const seconds = (performance.now() - startedAt) / 1000;
    expect(new Set(passed.map(({ status }) => status))).toEqual(new Set([200]));
    expect(passed.length).toBeGreaterThanOrEqual(requests);
    // As many at once, and as many again each second.
    expect(passed.length).toBeLessThanOrEqual(requests + 1 + requests * seconds);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': '1' }, body: { code: 'rate-limited' } });
    expect((await from('203.0.113.2', '/rate')).status).toBe(200);
  });

  it('is measured', async () => {
    expect(await edge.counter('edge_requests_total{outcome="rate-limited",status="429"}')).toBeGreaterThan(0);
  });
});

it('connections are limited for each address', async () => {
  const held = Array.from({ length: connections }, () => from('203.0.113.3', '/hold', true));
  await poll(() => upstream.held === connections);
  expect(await from('203.0.113.3', '/more', true)).toMatchObject({
    status: 429,
    body: { code: 'rate-limited' },
  });
  expect(upstream.find('/more')).toBeUndefined();
  expect((await from('203.0.113.4', '/more', true)).status).toBe(200);
  upstream.release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(connections).fill(200));
  // A request counts until it is logged, which is after its answer.
  await poll(async () => (await from('203.0.113.3', '/again', true)).status === 200, { deadlineMs: 25_000 });
});

// Guard: counted where a connection begins. A client that sends nothing has no request that could be counted.
it('connections that send nothing are limited for each address, and one that ends makes room for another', async () => {
  const most = 5;
  await using silent = await EdgeContainer.start({
    ...{ name: 'silent', authority, upstreamPort: upstream.port },
    env: { EDGE_OPEN_CONNECTIONS_PER_ADDRESS: String(most), EDGE_CLIENT_TIMEOUT: '60s' },
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(silent.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.resume();
  };
  const sockets = await Promise.all(Array.from({ length: 3 * most }, open));
  const held = (): Socket[] => sockets.filter(({ destroyed }) => !destroyed);
  await poll(() => held().length <= most, { deadlineMs: 25_000, what: 'connections to be refused' });
  // Whichever came first: Docker's own proxy is in between.
  expect(held()).toHaveLength(most);
  using late = new EdgeClient(silent.port, authority.certificate);
  await expect(late.send({ path: '/late' }, true)).rejects.toThrow();
  held()[0]?.destroy();
  await poll(async () => (await late.send({ path: '/late' }, true)).status === 200, { deadlineMs: 25_000 });
  for (const socket of sockets) socket.destroy();
  const refusals = (await silent.records()).filter(({ outcome }) => outcome === 'connection-limited');
  expect(refusals.length).toBeGreaterThan(0);
}, 60_000);

const from5 = { 'x-forwarded-for': '203.0.113.5' };
const json = { 'content-type': 'application/json', ...from5 };
/** Of a body, in bytes. */
const largest = 64 * 1024;

describe('a body', () => {
  it('of 64 KiB passes', async () => {
    const reply = await client.send({
      method: 'POST',
      path: '/largest',
      headers: json,
      body: '{}'.padEnd(largest),
    });
    expect(reply.status).toBe(200);
  });

  it('of a byte more is refused', async () => {
    const body = '{}'.padEnd(largest + 1);
    const reply = await client.send({ method: 'POST', path: '/larger', headers: json, body });
    expect(reply).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    expect(upstream.find('/larger')).toBeUndefined();
  });
});

describe('a body of a length that is not told', () => {
  const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
  const head = (path: string, ...more: readonly string[]): string => {
    const lines = [
      ...[`POST ${path} HTTP/1.1`, 'Host: localhost', 'X-Forwarded-For: 203.0.113.5'],
      ...['Content-Type: application/json', 'Transfer-Encoding: chunked', ...more],
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
  };

  it('passes with its length, its query and the address of its client', async () => {
    const bytes = `${head('/chunked/passes?a=1%2F2', 'Connection: close')}2\r\n{}\r\n0\r\n\r\n`;
    expect(await client.sendRaw(bytes)).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.find('/chunked/passes')).toMatchObject({
      path: '/chunked/passes?a=1%2F2',
      headers: { 'content-length': '2', 'x-forwarded-for': '203.0.113.5' },
    });
    expect(upstream.find('/chunked/passes')?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('counts as one request', async () => {
    const series = 'edge_requests_total{outcome="passed",status="200"}';
    const before = await edge.counter(series);
    await client.sendRaw(`${head('/chunked/counts', 'Connection: close')}2\r\n{}\r\n0\r\n\r\n`);
    const counted = async (): Promise<boolean> => (await edge.counter(series)) > before;
    await poll(counted, { deadlineMs: 25_000 });
    expect(await edge.counter(series)).toBe(before + 1);
  });

  it('over HTTP/2 is refused as soon as it is too large', async () => {
    const session = connectHttp2(`https://localhost:${edge.port}`, { ca: authority.certificate });
    const request = session.request({ ':method': 'POST', ':path': '/chunked/http2', ...from5 });
    request.end(Buffer.alloc(largest + 1, ' '));
    const [headers] = await once(request, 'response');
    expect(headers[':status']).toBe(413);
    request.resume();
    await once(request, 'close');
    session.close();
    expect(upstream.find('/chunked/http2')).toBeUndefined();
  });

  // Guard: it is measured first. ModSecurity's module would hold its connection for ever.
  it.each([
    { what: 'it is too large', body: chunk.repeat(5), status: 413 },
    { what: 'it can not be read', body: 'none\r\n', status: 400 },
  ])('is refused when $what, and leaves no connection behind', async ({ body, status }) => {
    const writing = 'edge_connections{state="writing"}';
    const before = await edge.counter(writing);
    const socket = await client.connect();
    const answer = readToEnd(socket);
    socket.write(head('/chunked/refused', 'Expect: 100-continue'));
    // The edge says that it waits for the body.
    await once(socket, 'data');
    socket.write(body);
    const refused = new RegExp(
      `^HTTP/1\\.1 100 Continue\r\n\r\nHTTP/1\\.1 ${status} .*"status":${status}`,
      's',
    );
    expect(await answer).toMatch(refused);
    await poll(async () => (await edge.counter(writing)) <= before, { deadlineMs: 25_000 });
    expect(upstream.find('/chunked/refused')).toBeUndefined();
  });
});

describe('a slow client', () => {
  /** How long until the edge closes the connection, in milliseconds. */
  async function timeUntil(closed: Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    await closed;
    return performance.now() - startedAt;
  }
  // Its time-out, and a busy machine; without the limit it would be nginx' own 60 s.
  const longest = 20 * clientTimeoutMs;

  it('that opens connections and does not even shake hands is cut off', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    expect(await timeUntil(once(socket, 'close'))).toBeLessThan(longest);
  });

  it('that sends its headers one by one, for ever, is cut off', async () => {
    const socket = await client.connect();
    const closed = readToEnd(socket);
    socket.write('GET /slow-headers HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.writable && socket.write('X-More: and more\r\n'), 100);
    expect(await timeUntil(closed)).toBeLessThan(longest);
    clearInterval(drip);
    expect(upstream.find('/slow-headers')).toBeUndefined();
  });

  it('that stops in the middle of its body is cut off', async () => {
    const socket = await client.connect();
    const answer = readToEnd(socket);
    socket.write(
      'POST /slow-body HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a":',
    );
    expect(await timeUntil(answer)).toBeLessThan(longest);
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(upstream.find('/slow-body')).toBeUndefined();
  });
});

it('the address that a trusted proxy tells is passed on, and nothing that its client made up', async () => {
  await from('6.6.6.6, 203.0.113.9', '/through-a-proxy');
  expect(upstream.find('/through-a-proxy')?.headers['x-forwarded-for']).toBe('203.0.113.9');
});

describe('a wrong setting', () => {
  it.each([
    ['EDGE_CLIENT_TIMEOUT', 'ten'],
    ['EDGE_REQUESTS_PER_ADDRESS', '0'],
    ['EDGE_OPEN_CONNECTIONS_PER_ADDRESS', 'many'],
    ['EDGE_UPSTREAM', 'producer'],
    ['EDGE_TRUSTED_PROXIES', '10.0.0.0/8; include /etc/passwd'],
  ])('of %s stops the start with its name', async (name, value) => {
    const { code, stdout, stderr } = await edge.startWith({ [name]: value });
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain(name);
  });
});
