import { expect, it } from 'vitest';
import { poll } from './poll.ts';

it('gives the first answer that is one', async () => {
  const answers = [undefined, false, 0];
  expect(await poll(() => answers.shift(), { intervalMs: 1 })).toBe(0);
});

it('takes errors for "not yet"', async () => {
  let calls = 0;
  const ask = () => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return calls;
  };
  expect(await poll(ask, { intervalMs: 1 })).toBe(3);
});

it('says at the deadline what it waited for and what it saw last', async () => {
  const away = () => Promise.reject(new Error('connection refused'));
  await expect(poll(away, { deadlineMs: 5, intervalMs: 1, what: 'the broker' })).rejects.toThrow(
    'waited 5 ms for the broker; last: connection refused',
  );
});
