import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

const passwords = new Passwords();

test('a password is known again, and another one is not', async () => {
  const hash = await passwords.hash('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await passwords.matches('correct horse battery', hash)).toBe(true);
  expect(await passwords.matches('correct horse batterY', hash)).toBe(false);
  expect(await passwords.hash('correct horse battery')).not.toBe(hash);
});

test('hashes of other costs stay good', async () => {
  // Made with the reference implementation's parameters of its example: m=4096, t=3, p=1.
  const cheaper = new Passwords({ memory: 4_096, passes: 3, parallelism: 1 });
  const hash = await cheaper.hash('correct horse battery');
  expect(hash).toContain('$m=4096,t=3,p=1$');
  expect(await passwords.matches('correct horse battery', hash)).toBe(true);
});

test('a letter is the same however it is typed', async () => {
  const hash = await passwords.hash('caf\u00e9 caf\u00e9 caf\u00e9');
  expect(await passwords.matches('cafe\u0301 cafe\u0301 cafe\u0301', hash)).toBe(true);
});

// Guard: nobody finds out by the clock who has an account.
test('without an account it takes as long, and is never right', async () => {
  const hash = await passwords.hash('correct horse battery');
  await passwords.matches('warm up', undefined);
  const median = async (against: string | undefined): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const startedAt = performance.now();
      expect(await passwords.matches('wrong', against)).toBe(false);
      times.push(performance.now() - startedAt);
    }
    return times.toSorted((a, b) => a - b)[2] ?? 0;
  };
  const [known, unknown] = [await median(hash), await median(undefined)];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(unknown).toBeLessThan(known * 3);
});

// Guard: each takes 19 MiB and a thread of four: orders must not wait behind people who sign in.
test('a crowd waits for its turn, and beyond that is told to come later', async () => {
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('correct horse')));
  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  expect(refused).toHaveLength(60 - 2 - 32);
  expect(refused[0]).toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
  expect(await passwords.hash('correct horse')).toBeDefined();
});
