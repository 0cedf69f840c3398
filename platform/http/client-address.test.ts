import { once } from 'node:events';
import { get as getPlain } from 'node:http';
import { Agent, get } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { TlsIdentity } from '../tls/identity.ts';
import { route } from './route.ts';
import { start } from './tests/start.ts';

const whoAmI = route({
  method: 'get',
  path: '/address',
  summary: 'Says where a request is from',
  tags: [],
  access: 'anyone',
  responses: { 200: { description: 'The address', schema: z.object({ address: z.string() }) } },
  handler: ({ address }) => ({ status: 200, body: { address } }),
});
const said = '203.0.113.7';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await TestAuthority.create();
});
afterAll(() => authority[Symbol.asyncDispose]());

/** What a server takes for the address of a client with this certificate. */
async function addressFor(client: { cert?: string; key?: string }, forwarded = said): Promise<string> {
  const tls = TlsIdentity.open(await authority.folder());
  await using server = await start([whoAmI], { tls });
  const agent = new Agent({ ca: authority.certificate, keepAlive: true, ...client });
  let address = '';
  // Twice by one connection: the second time it is known already.
  for (let time = 0; time < 2; time += 1) {
    const [response] = await once(
      get(`${server.url}/address`, { agent, headers: { 'x-forwarded-for': forwarded } }),
      'response',
    );
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    address = (JSON.parse(Buffer.concat(chunks).toString()) as { address: string }).address;
  }
  agent.destroy();
  return address;
}
const certified = async (name: string, by = authority) => {
  const { certificate, key } = await by.issue({ name });
  return { cert: certificate, key };
};

describe('the address of a client', () => {
  it('is what the edge says, which shows its certificate', async () => {
    expect(await addressFor(await certified('edge'))).toBe(said);
    expect(await addressFor(await certified('edge'), '2001:db8::7')).toBe('2001:db8::7');
    expect(await addressFor(await certified('edge'), 'no address')).toBe('127.0.0.1');
  });

  // Guard: with an address of its choice for each request a client would have no limit.
  it('is that of its connection for everybody else, whatever they say', async () => {
    await using stranger = await TestAuthority.create('Stranger');
    expect(await addressFor({})).toBe('127.0.0.1');
    expect(await addressFor(await certified('consumer'))).toBe('127.0.0.1');
    expect(await addressFor(await certified('edge', stranger))).toBe('127.0.0.1');
  });

  it('is that of its connection without TLS: nobody can show who he is', async () => {
    await using server = await start([whoAmI]);
    const headers = { 'x-forwarded-for': said };
    const [response] = await once(getPlain(`${server.url}/address`, { headers }), 'response');
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(JSON.parse(text)).toEqual({ address: '127.0.0.1' });
  });
});
