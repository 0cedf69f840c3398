import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import type { Identity } from './identity.ts';
import { RememberingVerifier } from './remembering-verifier.ts';

let now = 0;
let asked: string[] = [];
const verifier = {
  async verify(token: string): Promise<Identity> {
    asked.push(token);
    if (token.startsWith('bad')) throw new AppError('token-invalid', 'bad');
    return { subject: token, roles: new Set(), expiresAt: token.startsWith('short') ? 10_000 : 900_000 };
  },
};
const remembering = (): RememberingVerifier => {
  now = 0;
  asked = [];
  return new RememberingVerifier(verifier, () => now);
};

test('a token is verified once, and again after a minute', async () => {
  const verify = remembering();
  for (const at of [0, 1, 59_999]) {
    now = at;
    expect((await verify.verify('ada')).subject).toBe('ada');
  }
  expect(asked).toEqual(['ada']);
  now = 60_000;
  await verify.verify('ada');
  expect(asked).toEqual(['ada', 'ada']);
});

// Guard: what is remembered opens nothing beyond the end of the token.
test('a token is not remembered beyond its end', async () => {
  const verify = remembering();
  await verify.verify('short');
  now = 10_000;
  await verify.verify('short');
  expect(asked).toEqual(['short', 'short']);
});

test('what was refused is not remembered, and says nothing of others', async () => {
  const verify = remembering();
  for (let time = 0; time < 2; time += 1)
    await expect(verify.verify('bad')).rejects.toMatchObject({ code: 'token-invalid' });
  expect(asked).toEqual(['bad', 'bad']);
  expect((await verify.verify('grace')).subject).toBe('grace');
});

test('no more are remembered than fit', async () => {
  const verify = remembering();
  await verify.verify('first');
  for (let index = 0; index < 10_000; index += 1) await verify.verify(`token-${index}`);
  await verify.verify('token-9999');
  expect(asked.filter((token) => token === 'token-9999')).toHaveLength(1);
  await verify.verify('first');
  expect(asked.filter((token) => token === 'first')).toHaveLength(2);
});
