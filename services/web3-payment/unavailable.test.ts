import { HttpRequestError } from 'viem';
import { expect, it } from 'vitest';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { orUnavailable } from './unavailable.ts';

const failing = (error: Error): Route =>
  route({
    method: 'get',
    path: '/v1/any',
    summary: 'Fails',
    tags: ['tests'],
    access: 'anyone',
    responses: { 200: { description: 'Never' } },
    handler: () => {
      throw error;
    },
  });
const thrownBy = async (error: Error): Promise<unknown> => {
  try {
    return await orUnavailable(failing(error)).handler({} as never);
  } catch (thrown) {
    return thrown;
  }
};

it.each([
  ['the database', new Error('timeout expired')],
  ['the chain', new HttpRequestError({ url: 'https://chain/with-a-key' })],
])('says that %s is away, and nothing of its address', async (_, error) => {
  const thrown = await thrownBy(error);
  expect(thrown).toMatchObject({ code: 'dependency-unavailable', status: 503, retryAfterSeconds: 2 });
  expect(String(thrown)).not.toContain('with-a-key');
});

it('leaves everything else as it is', async () => {
  const mistake = new Error('a mistake of ours');
  expect(await thrownBy(mistake)).toBe(mistake);
  const refused = new AppError('not-found', 'There is none.');
  expect(await thrownBy(refused)).toBe(refused);
});
