import { expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { firstAnswer } from './first-answer.ts';

const loki = '/console/v1/logs';
const agent = 'http://127.0.0.1:8087/v1/logs';
const noLoki = new ApiError(503, 'There is no Loki here.');

/** Who answers what; what is not told is never to be asked. */
const answering = (answers: Readonly<Record<string, string | Error>>) => (url: string) => {
  const answer = answers[url] ?? new Error(`${url} was asked`);
  return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
};

it('asks for logs where they are: of Loki, or else of the containers', async () => {
  expect(await firstAnswer([loki, agent], answering({ [loki]: 'by Loki' }))).toBe('by Loki');
  const ask = answering({ [loki]: noLoki, [agent]: 'by the containers' });
  expect(await firstAnswer([loki, agent], ask)).toBe('by the containers');
});

it('takes a refusal for an answer', async () => {
  const refused = new ApiError(400, 'The request is not valid');
  await expect(firstAnswer([loki, agent], answering({ [loki]: refused }))).rejects.toBe(refused);
});

it('tells what is wrong with each of them', async () => {
  await expect(firstAnswer([loki], answering({ [loki]: noLoki }))).rejects.toBe(noLoki);
  const ask = answering({ [loki]: noLoki, [agent]: new TypeError('Failed to fetch') });
  await expect(firstAnswer([loki, agent], ask)).rejects.toThrow('There is no Loki here. Failed to fetch');
});
