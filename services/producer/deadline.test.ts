import { expect, test } from 'vitest';
import { AppError } from '#platform/errors/app-error.ts';
import { within } from './deadline.ts';

test('gives the result', async () => {
  expect(await within(Promise.resolve(1), 1_000, 'It')).toBe(1);
});

test.each([
  ['is late', () => new Promise<never>(() => undefined), 'no answer within 5 ms'],
  ['fails', () => Promise.reject(new Error('ECONNREFUSED')), 'ECONNREFUSED'],
])('says what is away when it %s', async (_name, work, cause) => {
  const error: unknown = await within(work(), 5, 'The order book').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'dependency-unavailable',
    retryAfterSeconds: 2,
    cause: { message: cause },
  });
  expect((error as AppError).message).toContain('The order book');
});

test('leaves errors that are understood as they are', async () => {
  const error = new AppError('not-found', 'x');
  await expect(within(Promise.reject(error), 1_000, 'It')).rejects.toBe(error);
});
