import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { signedIn, testVerifier } from '#platform/testing/tokens.ts';
import { createRateLimiter } from '../redis/rate-limiter.ts';
import { networkOf } from './rate-limit.ts';
import { route } from './route.ts';
import { problemOf } from './tests/notes.ts';
import { start } from './tests/start.ts';

const answering = { responses: { 204: { description: 'Done' } }, summary: 'S', tags: ['limits'] };
const routes = [
  route({ ...answering, method: 'get', path: '/open', access: 'anyone', handler: () => ({ status: 204 }) }),
  route({
    ...answering,
    method: 'get',
    path: '/own',
    access: ['customer'],
    handler: () => ({ status: 204 }),
  }),
];
const limited = (requestsPerMinute: number) =>
  start(routes, { verifier: testVerifier(), limiter: createRateLimiter({ requestsPerMinute }) });

const header = (response: Response, name: string): string => response.headers.get(name) ?? '';

describe('a limit', () => {
  // Guard: RATE_LIMIT_REQUESTS_PER_MINUTE of each identity.
  it('is of each identity, and says what is left', async () => {
    await using server = await limited(3);
    const ask = async (who: string) =>
      fetch(`${server.url}/own`, { headers: await signedIn(who, 'customer') });
    const left: string[] = [];
    for (let request = 1; request <= 3; request += 1) {
      const response = await ask('ada');
      expect(response.status).toBe(204);
      expect(header(response, 'ratelimit-policy')).toBe('"requests";q=3;w=60');
      left.push(header(response, 'ratelimit'));
    }
    expect(left).toEqual(['"requests";r=2;t=60', '"requests";r=1;t=60', '"requests";r=0;t=60']);
    const refused = await ask('ada');
    expect(refused.status).toBe(429);
    expect(header(refused, 'retry-after')).toBe('60');
    expect(header(refused, 'ratelimit')).toBe('"requests";r=0;t=60');
    expect((await problemOf(refused)).code).toBe('too-many-requests');
    expect((await ask('grace')).status).toBe(204);
  });

  // Guard: who is not signed in is limited by address, also who only tries tokens.
  it('is of an address for all who are not signed in', async () => {
    await using server = await limited(3);
    expect((await fetch(`${server.url}/open`)).status).toBe(204);
    expect((await fetch(`${server.url}/own`)).status).toBe(401);
    const guess = { headers: { authorization: 'Bearer a.guess.ed' } };
    expect((await fetch(`${server.url}/own`, guess)).status).toBe(401);
    expect((await fetch(`${server.url}/own`, guess)).status).toBe(429);
    expect((await fetch(`${server.url}/open`)).status).toBe(429);
    const ada = { headers: await signedIn('ada', 'customer') };
    expect((await fetch(`${server.url}/own`, ada)).status).toBe(204);
  });

  it('counts what a role does not allow', async () => {
    await using server = await limited(2);
    const barista = { headers: await signedIn('the-barista', 'barista') };
    const statuses: number[] = [];
    for (let request = 1; request <= 3; request += 1)
      statuses.push((await fetch(`${server.url}/own`, barista)).status);
    expect(statuses).toEqual([403, 403, 429]);
  });

  it('does not count probes', async () => {
    await using server = await limited(1);
    for (let probe = 1; probe <= 5; probe += 1) {
      const response = await fetch(`${server.url}/livez`);
      expect(response.status).toBe(200);
      expect(response.headers.has('ratelimit')).toBe(false);
    }
  });
});

describe('a window', () => {
  afterEach(() => vi.useRealTimers());

  it('ends after a minute', async () => {
    vi.useFakeTimers();
    const limiter = createRateLimiter({ requestsPerMinute: 1 });
    expect(await limiter.take('a')).toMatchObject({ allowed: true, remaining: 0, resetSeconds: 60 });
    vi.advanceTimersByTime(40_000);
    expect(await limiter.take('a')).toMatchObject({ allowed: false, resetSeconds: 20 });
    vi.advanceTimersByTime(20_001);
    expect(await limiter.take('a')).toMatchObject({ allowed: true });
  });
});

// Guard: a client has a /64 of addresses, and would have as many limits.
test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
