import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';
import type { Tokens } from '#contracts/http/identity.ts';
import { once, test } from './clients.ts';

const password = 'a long enough password';
const path = '/v1/identity';

test('somebody makes an account, signs in, stays signed in and signs out', async ({ clients }) => {
  const anybody = await clients.anybody();
  const username = `e2e-${randomUUID().slice(0, 8)}`;
  const asked = await anybody.post(`${path}/accounts`, { data: { username, password } });
  expect(asked.status(), await asked.text()).toBe(202);
  const signIn = () => anybody.post(`${path}/tokens`, { data: { username, password } });
  await expect.poll(async () => (await signIn()).status()).toBe(200);
  const first = (await (await signIn()).json()) as Tokens;

  const headers = { authorization: `Bearer ${first.accessToken}` };
  const me = await anybody.get(`${path}/accounts/me`, { headers });
  expect(await me.json()).toMatchObject({ username, roles: ['customer'] });

  const refresh = (refreshToken: string) =>
    anybody.post(`${path}/tokens/refresh`, { data: { refreshToken } });
  const second = (await (await refresh(first.refreshToken)).json()) as Tokens;
  expect(second.refreshToken).not.toBe(first.refreshToken);
  const out = await anybody.post(`${path}/tokens/revoke`, { data: { refreshToken: second.refreshToken } });
  expect(out.status()).toBe(204);
  expect((await refresh(second.refreshToken)).status()).toBe(401);
});

test('a wrong password and an unknown name get the same answer', async ({ clients }) => {
  const anybody = await clients.anybody();
  const wrong = { username: `e2e-${randomUUID().slice(0, 8)}`, password };
  const answer = await anybody.post(`${path}/tokens`, { data: wrong });
  expect(answer.status()).toBe(401);
  expect(JSON.stringify(await answer.json())).not.toContain(wrong.username);
});

test('a role is needed for what it is for', async ({ clients, coffee }) => {
  const anybody = await clients.anybody();
  expect((await anybody.post('/v1/orders', { data: coffee, ...once() })).status()).toBe(401);
  const customer = await clients.as('customer');
  const promoted = await customer.put(`${path}/accounts/somebody/roles`, { data: { roles: ['operator'] } });
  expect(promoted.status()).toBe(403);
  const forged = { authorization: `Bearer ${'eyJhbGciOiJub25lIn0'}.e30.` };
  expect((await anybody.get('/v1/orders', { headers: forged })).status()).toBe(401);
});
