import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { signInFailed, signInFailedType } from '#contracts/events/identity-events.ts';
import { type Tokens, tokens } from '#contracts/http/identity.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { expectProblem } from '../tests/expect-problem.ts';
import { startProducer } from '../tests/start-producer.ts';

let producer: Awaited<ReturnType<typeof startProducer>>;
beforeAll(async () => {
  producer = await startProducer();
});
afterAll(() => producer[Symbol.asyncDispose]());
beforeEach(() => {
  producer.publisher.messages.length = 0;
  producer.publisher.failure = undefined;
  producer.identityMetrics.counted.length = 0;
  producer.identityStore.lockedMs = 0;
});

const post = (path: string, body: object, headers: Record<string, string> = {}, method = 'POST') =>
  fetch(`${producer.url}/v1/identity/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const password = 'correct horse battery';
const register = (username: string): Promise<Response> => post('accounts', { username, password });
const signIn = (username: string, secret = password): Promise<Response> =>
  post('tokens', { username, password: secret });
const refresh = (refreshToken: string): Promise<Response> => post('tokens/refresh', { refreshToken });
const tokensOf = async (response: Response): Promise<Tokens> => {
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return tokens.parse(await response.json());
};
const bearer = ({ accessToken }: Tokens) => ({ authorization: `Bearer ${accessToken}` });
const me = (headers: Record<string, string>): Promise<Response> =>
  fetch(`${producer.url}/v1/identity/accounts/me`, { headers });

describe('an account', () => {
  it('is of a customer who signs in, whatever case she types her name in', async () => {
    expect((await register('Ada')).status).toBe(202);
    const let_in = await tokensOf(await signIn('aDA'));
    expect(let_in).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    expect(await (await me(bearer(let_in))).json()).toEqual({
      id: producer.identityStore.accounts.get('ada')?.id,
      username: 'ada',
      roles: ['customer'],
    });
    expect(producer.identityMetrics.counted).toEqual(['registered', 'sign-in succeeded']);
  });

  it('keeps nothing of a password that can be read', async () => {
    await register('grace');
    expect(JSON.stringify([...producer.identityStore.accounts.values()])).not.toContain('horse');
  });

  // Guard: nobody makes herself an operator (mass assignment).
  test.each([{ roles: ['operator'] }, { role: 'operator' }, { id: 'x' }])(
    'has no say in %j',
    async (more) => {
      const field = `body.${Object.keys(more)[0]}`;
      await expectProblem(
        await post('accounts', { username: 'mallory', password, ...more }),
        400,
        'validation-failed',
        field,
      );
      expect(producer.identityStore.accounts.has('mallory')).toBe(false);
    },
  );

  test.each([
    [{ username: 'ab', password }, 'body.username'],
    [{ username: 'a b c', password }, 'body.username'],
    [{ username: 'bob', password: 'short' }, 'body.password'],
    [{ username: 'bob', password: 'x'.repeat(129) }, 'body.password'],
  ])('is not made of %j', async (body, field) => {
    await expectProblem(await post('accounts', body), 400, 'validation-failed', field);
  });
});

// Guard: no account enumeration. Status, headers and body of an answer say nothing of who has an account.
test('nobody finds out who has an account', async () => {
  const told = async (response: Response): Promise<unknown> => {
    const headers = Object.fromEntries(
      [...response.headers].filter(([name]) => !['date', 'content-length', 'ratelimit'].includes(name)),
    );
    return [response.status, headers, (await response.text()).replaceAll(/"traceId":"\w+"/g, '')];
  };
  const fresh = await told(await register('henrietta'));
  expect(await told(await register('henrietta'))).toEqual(fresh);
  expect(await told(await signIn('henrietta', 'wrong'))).toEqual(
    await told(await signIn('nobody-at-all', 'wrong')),
  );
  producer.identityStore.lockedMs = 1_500;
  expect(await told(await signIn('henrietta'))).toEqual(await told(await signIn('nobody-at-all')));
});

describe('a wrong attempt', () => {
  it('is refused, counted, and told of without a name in it', async () => {
    await register('ines');
    const response = await signIn('ines', 'wrong');
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    await expectProblem(response, 401, 'credentials-wrong');
    const [message] = producer.publisher.messages;
    expect(message).toMatchObject({ topic: 'identity-events.v1', headers: { ce_type: signInFailedType } });
    const event = signInFailed.parse(JSON.parse(String(message?.value)));
    expect(event).toMatchObject({ reason: 'wrong-credentials', occurredAt: '2026-03-01T08:00:00.123Z' });
    expect(message?.key).toBe(event.name);
    expect(JSON.stringify(message)).not.toMatch(/ines|127\.0\.0\.1/);
    expect(producer.identityMetrics.counted).toContain('sign-in wrong-credentials');
  });

  it('is the same one as before for who counts them', async () => {
    await signIn('joan', 'wrong');
    await signIn('joan', 'wrong again');
    await signIn('karen', 'wrong');
    const [first, second, other] = producer.publisher.messages.map(({ key }) => key);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  // Guard: lock-out.
  it('is not even looked at while the name is locked, and neither is a right one', async () => {
    await register('lucy');
    producer.identityStore.lockedMs = 1_500;
    const response = await signIn('lucy');
    expect(response.headers.get('retry-after')).toBe('2');
    await expectProblem(response, 429, 'too-many-attempts');
    expect(producer.identityMetrics.counted).toContain('sign-in locked');
    expect(JSON.parse(String(producer.publisher.messages.at(-1)?.value))).toMatchObject({ reason: 'locked' });
  });

  it('counts before its password is looked at, and no more after a right one', async () => {
    await register('mary');
    await Promise.all(['a', 'b', 'c'].map((secret) => signIn('mary', secret)));
    expect([...producer.identityStore.failures.values()]).toContain(3);
    await signIn('mary');
    expect([...producer.identityStore.failures.values()]).not.toContain(4);
  });

  it('is answered without Kafka as well', async () => {
    producer.publisher.failure = new AppError('outcome-unknown', 'no answer');
    await expectProblem(await signIn('nina', 'wrong'), 401, 'credentials-wrong');
    await poll(() => producer.identityMetrics.counted.includes('event lost') || undefined, {
      what: 'the loss',
    });
  });
});

describe('a refresh token', () => {
  const begin = async (username: string): Promise<Tokens> => {
    await register(username);
    return tokensOf(await signIn(username));
  };

  it('is answered with other tokens', async () => {
    const first = await begin('olga');
    const second = await tokensOf(await refresh(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await me(bearer(second))).status).toBe(200);
    const third = await tokensOf(await refresh(second.refreshToken));
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  // Guard: whoever stole a token, or from whom it was stolen, is out (RFC 9700, section 4.14.2).
  it('ends the whole session when it comes a second time, and that is told', async () => {
    const first = await begin('petra');
    const second = await tokensOf(await refresh(first.refreshToken));
    await expectProblem(await refresh(first.refreshToken), 401, 'token-invalid');
    await expectProblem(await refresh(second.refreshToken), 401, 'token-invalid');
    expect(producer.identityMetrics.counted).toEqual(
      expect.arrayContaining(['refresh rotated', 'refresh reused', 'refresh refused']),
    );
    const { value, key } = producer.publisher.messages.at(-1) ?? {};
    expect(JSON.parse(String(value))).toMatchObject({ accountId: key });
    // Another session of the same person goes on.
    const other = await tokensOf(await signIn('petra'));
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('is no access token, and none that was made up', async () => {
    const { refreshToken, accessToken } = await begin('queenie');
    expect((await me({ authorization: `Bearer ${refreshToken}` })).status).toBe(401);
    expect((await refresh(accessToken)).status).toBe(400);
    await expectProblem(await refresh('x'.repeat(43)), 401, 'token-invalid');
  });

  it('is over after signing out', async () => {
    const { refreshToken } = await begin('rosa');
    expect((await post('tokens/revoke', { refreshToken })).status).toBe(204);
    expect((await post('tokens/revoke', { refreshToken: 'y'.repeat(43) })).status).toBe(204);
    await expectProblem(await refresh(refreshToken), 401, 'token-invalid');
  });
});

describe('roles', () => {
  const assign = async (
    username: string,
    roles: readonly string[],
    as: 'customer' | 'barista' | 'operator',
  ) => post(`accounts/${username}/roles`, { roles }, await signedIn('somebody', as), 'PUT');

  it('are given by an operator and are in the next token', async () => {
    await register('sofia');
    const before = await tokensOf(await signIn('sofia'));
    expect(await (await assign('Sofia', ['customer', 'barista'], 'operator')).json()).toMatchObject({
      username: 'sofia',
      roles: ['customer', 'barista'],
    });
    const after = await tokensOf(await refresh(before.refreshToken));
    const act = (who: Tokens) =>
      fetch(`${producer.url}/v1/orders/d16c66e4-140c-438c-8e78-84e0bb3e4909/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(who) },
        body: JSON.stringify({ action: 'prepare' }),
      });
    expect((await act(before)).status).toBe(403);
    expect((await act(after)).status).toBe(404);
  });

  // Guard: nobody makes herself an operator.
  it('are given by nobody else', async () => {
    await register('tessa');
    for (const role of ['customer', 'barista'] as const)
      await expectProblem(await assign('tessa', ['operator'], role), 403, 'forbidden');
    await expectProblem(await assign('nobody-here', ['barista'], 'operator'), 404, 'not-found');
    for (const roles of [['root'], ['barista', 'barista']])
      expect((await assign('tessa', roles, 'operator')).status).toBe(400);
    expect(producer.identityStore.accounts.get('tessa')?.roles).toEqual(['customer']);
  });
});

test('a token of another issuer has no account here', async () => {
  await expectProblem(await me(await signedIn('elsewhere', 'customer')), 404, 'not-found');
});

test('without PostgreSQL nobody is let in, and it says so', async () => {
  producer.identityStore.failure = new AppError('dependency-unavailable', 'Away.', { retryAfterSeconds: 2 });
  await expectProblem(await signIn('ada'), 503, 'dependency-unavailable');
  await expectProblem(await register('uma'), 503, 'dependency-unavailable');
  producer.identityStore.failure = undefined;
});
