import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import type { KeyedCertificate } from '#platform/tls/keyed-certificate.ts';
import { EdgeClient } from './client.ts';
import { addressForContainers, EdgeContainer } from './edge-container.ts';
import { RecordingUpstream } from './recording-upstream.ts';

let edge: EdgeContainer;
let upstream: RecordingUpstream;
let client: EdgeClient;
let authority: TestAuthority;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  authority = stack.use(await TestAuthority.create());
  upstream = stack.use(await RecordingUpstream.start(await addressForContainers()));
  const env = { EDGE_REQUESTS_PER_ADDRESS: '10000' };
  edge = stack.use(
    await EdgeContainer.start({ name: 'entrance', authority, upstreamPort: upstream.port, env }),
  );
  client = stack.use(new EdgeClient(edge.port, authority.certificate));
}, 60_000);

afterAll(() => stack.disposeAsync(), 30_000);
afterEach(() => upstream.release());

describe('TLS', () => {
  // What a client of today would not even offer.
  const obsolete = 'DEFAULT@SECLEVEL=0';
  const protocolOf = async (options: ConnectionOptions): Promise<string | null> => {
    const socket = await client.connect(options);
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };

  it('is spoken from 1.2 on', async () => {
    expect(await protocolOf({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    expect(await protocolOf({})).toBe('TLSv1.3');
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('is not %s', async (version) => {
    const options = { minVersion: version, maxVersion: version, ciphers: obsolete };
    await expect(client.connect(options)).rejects.toThrow(/alert protocol version/i);
  });

  it('has no cipher without forward secrecy or authentication of what it hides', async () => {
    const options = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:AES128-SHA' } as const;
    await expect(client.connect(options)).rejects.toThrow(/handshake failure/i);
  });

  it('is all there is: plaintext is refused', async () => {
    const socket = connectTcp(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /plaintext HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(upstream.find('/plaintext')).toBeUndefined();
  });

  it('is asked for by browsers from now on, but not on localhost, whose other ports are others', async () => {
    const named = await client.send({ headers: { host: 'coffee.example.com' } });
    expect(named.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect((await client.send({})).headers['strict-transport-security']).toBe('max-age=0');
  });
});

it('HTTP/2 works', async () => {
  const session = connectHttp2(`https://localhost:${edge.port}`, { ca: authority.certificate });
  const request = session.request({ ':path': '/http2' });
  const [headers] = await once(request, 'response');
  expect(session.alpnProtocol).toBe('h2');
  expect(headers[':status']).toBe(200);
  session.close();
});

describe('the id of a request', () => {
  it('is made, answered, passed on and logged', async () => {
    const reply = await client.send({ path: '/id/made' });
    const id = reply.headers['x-request-id'];
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(upstream.find('/id/made')?.headers['x-request-id']).toBe(id);
    const record = await poll(async () => (await edge.records()).find(({ requestId }) => requestId === id), {
      deadlineMs: 25_000,
    });
    expect(record).toMatchObject({ outcome: 'passed', method: 'GET', path: '/id/made', status: 200 });
  });

  it('is the one that the client has, when it is one', async () => {
    const id = 'order-2026.11_25';
    const reply = await client.send({ path: '/id/kept', headers: { 'x-request-id': id } });
    expect(reply.headers['x-request-id']).toBe(id);
    expect(upstream.find('/id/kept')?.headers['x-request-id']).toBe(id);
  });

  it.each(['short', 'a'.repeat(65), 'with a space in it', '","level":"fatal'])(
    'is not %s, whatever the client says',
    async (id) => {
      const reply = await client.send({ path: '/id/replaced', headers: { 'x-request-id': id } });
      expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    },
  );
});

it('the log has no query: what people search for is theirs', async () => {
  const { headers } = await client.send({ path: '/searched?customerId=somebody-private' });
  const record = await poll(
    async () => (await edge.records()).find(({ requestId }) => requestId === headers['x-request-id']),
    { deadlineMs: 25_000 },
  );
  expect(JSON.stringify(record)).not.toContain('somebody-private');
});

it('the address of a client is the one of its connection, whatever its headers say', async () => {
  const spoofed = '6.6.6.6';
  const headers = {
    'x-forwarded-for': spoofed,
    'x-real-ip': spoofed,
    forwarded: `for=${spoofed}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
  };
  const { headers: answered } = await client.send({ path: '/spoofed', headers });
  const received = upstream.find('/spoofed')?.headers;
  expect(JSON.stringify(received)).not.toContain(spoofed);
  expect(received).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'localhost' });
  const record = await poll(
    async () => (await edge.records()).find(({ requestId }) => requestId === answered['x-request-id']),
    { deadlineMs: 25_000 },
  );
  expect(record.client).toBe(received?.['x-forwarded-for']);
});

/** Waits until new connections show this certificate: the edge has reloaded. */
const untilShown = (fingerprint: string, meanwhile?: () => Promise<void>): Promise<unknown> =>
  poll(
    async () => {
      await meanwhile?.();
      const socket = await client.connect();
      const shown = socket.getPeerCertificate().fingerprint256;
      socket.destroy();
      return shown === fingerprint;
    },
    { deadlineMs: 25_000, what: 'the new certificate' },
  );

it('a new certificate is taken while requests go on: none fails, and one under way is answered', async () => {
  const underWay = client.send({ path: '/hold/during-the-reload' }, true);
  await poll(() => upstream.held === 1);
  const renewed = new X509Certificate(await edge.renewCertificate()).fingerprint256;
  let sent = 0;
  await untilShown(renewed, async () => {
    expect((await client.send({ path: '/meanwhile' }, true)).status).toBe(200);
    sent += 1;
  });
  expect(sent).toBeGreaterThan(3);
  upstream.release();
  expect((await underWay).status).toBe(200);
});

// Guard: what is on its way when the edge reloads is answered, though its connection was idle.
it('a connection that was idle when it reloaded is answered once more, and told to close', async () => {
  const head = { path: '/idle', headers: { connection: 'keep-alive' } };
  const askedOnce = async () => {
    const one = new EdgeClient(edge.port, authority.certificate);
    return { one, before: await one.send(head) };
  };
  // The youngest of those that the old workers answered before they were told to go.
  let { one: idle, before } = await askedOnce();
  const renewed = new X509Certificate(await edge.renewCertificate()).fingerprint256;
  expect(before).toMatchObject({ status: 200 });
  await poll(
    async () => {
      const younger = await askedOnce();
      const isNew = younger.before.certificate === renewed;
      const isIdle = !isNew && younger.before.headers.connection !== 'close';
      (isIdle ? idle : younger.one)[Symbol.dispose]();
      if (isIdle) ({ one: idle, before } = younger);
      return isNew;
    },
    { deadlineMs: 25_000, what: 'the new certificate' },
  );
  expect(before.certificate).not.toBe(renewed);
  using asked = idle;
  // nginx tells its old workers to go 100 ms after the new ones began; until then they answer as before.
  const { status, headers, reused } = await poll(
    async () => {
      const reply = await asked.send(head);
      return reply.headers.connection === 'close' || !reply.reused ? reply : false;
    },
    { deadlineMs: 10_000, what: 'the old worker to go' },
  );
  expect({ status, connection: headers.connection, reused }).toEqual({
    status: 200,
    connection: 'close',
    reused: true,
  });
});

describe('a producer that speaks TLS', () => {
  /** What the edge answers with this producer behind it. */
  async function answerOf(
    identity: KeyedCertificate,
  ): Promise<{ status: number; shown: string | undefined }> {
    await using secured = await RecordingUpstream.start(await addressForContainers(), identity);
    const options = { name: 'secured', authority, upstreamPort: secured.port, upstreamTls: true };
    await using before = await EdgeContainer.start(options);
    using asking = new EdgeClient(before.port, authority.certificate);
    const { status } = await asking.send({ path: '/secured' });
    return { status, shown: secured.find('/secured')?.shown };
  }

  // Guard: it believes X-Forwarded-For by this certificate.
  it('is asked, and shown who asks', async () => {
    const producer = await authority.issue({ name: 'producer', hosts: ['producer'] });
    expect(await answerOf(producer)).toEqual({ status: 200, shown: 'edge' });
  });

  it('of another authority is not', async () => {
    await using stranger = await TestAuthority.create('Stranger');
    const producer = await stranger.issue({ name: 'producer', hosts: ['producer'] });
    expect((await answerOf(producer)).status).toBe(503);
  });

  it('of another name is not', async () => {
    const consumer = await authority.issue({ name: 'consumer', hosts: ['consumer'] });
    expect((await answerOf(consumer)).status).toBe(503);
  });
});

// Guard: nothing is sent to a copy that starts or leaves while a service is restarted (scripts/stack/rolling-restart.ts).
it('of several copies of the producer those are asked that are ready; all when none is', async () => {
  const options = { name: 'copies', authority, upstreamPort: upstream.port, unreachableCopy: true };
  await using beside = await EdgeContainer.start(options);
  using asking = new EdgeClient(beside.port, authority.certificate);
  const statuses = async (path: string): Promise<number[]> => {
    const replies: number[] = [];
    for (let index = 0; index < 6; index += 1) replies.push((await asking.send({ path }, true)).status);
    return replies;
  };
  expect(new Set(await statuses('/ready'))).toEqual(new Set([200]));
  upstream.ready = false;
  try {
    // Nobody answers for the other one.
    await poll(async () => (await statuses('/none')).includes(503), { deadlineMs: 30_000 });
    // Several times: while nginx reloads, some are answered as before.
    for (const round of ['/second', '/third', '/fourth']) expect(await statuses(round)).toContain(200);
    upstream.ready = true;
    await poll(async () => !(await statuses('/again')).includes(503), { deadlineMs: 30_000 });
  } finally {
    upstream.ready = true;
  }
}, 120_000);

it('starts without the producer, and says that the outcome is unknown', async () => {
  await using early = await EdgeContainer.start({
    name: 'early',
    authority,
    upstreamName: 'nobody',
    upstreamPort: 8080,
  });
  using lonely = new EdgeClient(early.port, authority.certificate);
  const reply = await lonely.send({ path: '/v1/menu' });
  expect(reply).toMatchObject({
    status: 503,
    body: { code: 'outcome-unknown' },
    headers: { 'retry-after': '1' },
  });
}, 60_000);
