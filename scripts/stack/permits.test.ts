import { expect, test } from 'vitest';
import { Permits } from './permits.ts';

test('lets as many in as there are permits, the others in their order', async () => {
  const permits = new Permits(1);
  const entered: string[] = [];
  const enter = (name: string, signal?: AbortSignal) =>
    permits.acquire(signal).then((granted) => entered.push(`${name} ${granted}`));
  await enter('first');
  const impatient = new AbortController();
  const others = [enter('second'), enter('impatient', impatient.signal), enter('third')];
  expect(entered).toEqual(['first true']);
  impatient.abort();
  permits.release();
  permits.release();
  await Promise.all(others);
  expect(entered.sort()).toEqual(['first true', 'impatient false', 'second true', 'third true']);
  permits.release();
  expect(await permits.acquire()).toBe(true);
  expect(await permits.acquire(AbortSignal.abort())).toBe(false);
});
