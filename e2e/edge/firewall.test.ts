import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { startProducer } from '../../services/producer/tests/start-producer.ts';
import { attacks } from './attacks.ts';
import { EdgeClient } from './client.ts';
import { addressForContainers, EdgeContainer } from './edge-container.ts';
import { legalRequests, reasons } from './legal-requests.ts';
import { protocolAttacks } from './protocol-attacks.ts';

/** The edge in front of the real producer, whose outside is in memory. */
let edge: EdgeContainer;
let client: EdgeClient;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  const authority = stack.use(await TestAuthority.create());
  const producer = stack.use(await startProducer(await addressForContainers()));
  // One client sends all of it, as fast as it can.
  const env = { EDGE_REQUESTS_PER_ADDRESS: '100000' };
  edge = stack.use(
    await EdgeContainer.start({ name: 'firewall', authority, upstreamPort: producer.port, env }),
  );
  client = stack.use(new EdgeClient(edge.port, authority.certificate));
}, 60_000);

afterAll(() => stack.disposeAsync(), 30_000);

describe('attacks', () => {
  it('are many, and no two the same', () => {
    expect(new Set(attacks.map(({ sent }) => JSON.stringify(sent))).size).toBe(attacks.length);
    expect(attacks.length + Object.keys(protocolAttacks).length).toBeGreaterThanOrEqual(300);
  });

  it('are blocked, every one', async () => {
    const passed: string[] = [];
    const replies = await Promise.all(
      attacks.map(async ({ name, sent }) => ({ name, reply: await client.send(sent) })),
    );
    for (const { name, reply } of replies) {
      // Some paths are none even to nginx.
      const refused = reply.body?.code === 'blocked' || reply.body?.code === 'bad-request';
      if (!refused) passed.push(`${reply.status} ${name}`);
    }
    expect(passed).toEqual([]);
  }, 60_000);

  it.each(Object.entries(protocolAttacks))('on the protocol are refused: %s', async (_, bytes) => {
    const answer = await client.sendRaw(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|405|414|431|501|505) /);
    expect(answer).toContain('application/problem+json');
  });

  it('in a body whose length is not told are blocked too', async () => {
    const body = JSON.stringify({ customerId: '<script>alert(1)</script>' });
    const lines = [
      ...['POST /v1/orders HTTP/1.1', 'Host: localhost', 'Connection: close'],
      ...['Content-Type: application/json', 'Transfer-Encoding: chunked', ''],
      ...[body.length.toString(16), body, '0', '', ''],
    ];
    expect(await client.sendRaw(lines.join('\r\n'))).toMatch(/^HTTP\/1\.1 403 .*"code":"blocked"/s);
  });

  it('are told of as a problem document with the id of the request', async () => {
    const reply = await client.send({ path: '/v1/orders?customerId=%27%20OR%201%3D1--' });
    expect(reply.status).toBe(403);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.body).toEqual({
      type: 'urn:go-coffee:problem:blocked',
      title: 'The request looks like an attack',
      status: 403,
      detail: expect.any(String),
      instance: '/v1/orders',
      code: 'blocked',
      requestId: reply.headers['x-request-id'],
    });
  });

  it('are logged with the id of the request and the rule, without headers and bodies', async () => {
    const secret = 'Bearer only-for-this-test';
    const reply = await client.post(
      '/v1/orders',
      { customerId: '<script>alert(1)</script>', note: 'a-private-note' },
      { authorization: secret },
    );
    const id = reply.headers['x-request-id'];
    const records = await poll(
      async () => {
        const all = await edge.records();
        const access = all.find((record) => record.requestId === id);
        const audit = all.find((record) => (record.transaction as Transaction | undefined)?.unique_id === id);
        return access && audit ? { access, audit: audit.transaction as Transaction } : undefined;
      },
      { deadlineMs: 25_000, what: `the log of ${id}` },
    );
    expect(records.access).toMatchObject({
      outcome: 'blocked',
      method: 'POST',
      path: '/v1/orders',
      status: 403,
    });
    expect(records.audit.messages.map(({ details }) => details.ruleId)).toContain('941100');
    expect(JSON.stringify(records)).not.toContain(secret);
    expect(JSON.stringify(records)).not.toContain('a-private-note');
  });

  it('are counted', async () => {
    const series = 'edge_requests_total{outcome="blocked",status="403"}';
    const before = await edge.counter(series);
    await client.send({ path: '/v1/menu?q=%3Cscript%3Ealert(1)%3C/script%3E' });
    // Counted when it is logged, which is after its answer.
    await poll(async () => (await edge.counter(series)) > before, { deadlineMs: 25_000, what: 'the count' });
    expect(await edge.counter(series)).toBe(before + 1);
  });
});

interface Transaction {
  readonly unique_id: string;
  readonly messages: readonly { readonly details: { readonly ruleId: string } }[];
}

describe('legal requests', () => {
  it('pass, every one, and get the answer of the producer', async () => {
    const replies = await Promise.all(
      legalRequests.map(async ({ name, sent, status, who }) => {
        const headers = { ...sent.headers, ...(who ? await signedIn(...who) : {}) };
        return { name, status, reply: await client.send({ ...sent, headers }) };
      }),
    );
    const wrong = replies
      .filter(({ status, reply }) => reply.status !== status)
      .map(({ name, status, reply }) => `${reply.status} instead of ${status}: ${name}`);
    expect(wrong).toEqual([]);
    expect(reasons.length).toBeGreaterThanOrEqual(40);
  }, 60_000);

  it('that are no JSON are refused as such', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'broken' };
    const reply = await client.send({ method: 'POST', path: '/v1/orders', headers, body: '{"customerId":' });
    // By the edge itself: what can not be parsed can not be looked at.
    const requestId = reply.headers['x-request-id'];
    expect(reply).toMatchObject({ status: 400, body: { code: 'malformed-json', requestId } });
  });

  it('do not reach the health endpoints of the producer', async () => {
    for (const path of ['/livez', '/readyz', '/startupz', '//readyz', '/./readyz', '/%72eadyz']) {
      expect(await client.send({ path }), path).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    // The firewall is faster.
    expect(await client.send({ path: '/v1/../readyz' })).toMatchObject({ status: 403 });
  });
});
