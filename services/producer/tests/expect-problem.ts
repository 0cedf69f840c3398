import { expect } from 'vitest';
import { type Problem, problem } from '#contracts/http/problem.ts';

/** The answer is this problem, names the field, and says when to come back if it is a 503. */
export async function expectProblem(
  response: Response,
  status: number,
  code: string,
  field?: string,
): Promise<Problem> {
  expect(response.status).toBe(status);
  const document = problem.parse(await response.json());
  expect(document.code).toBe(code);
  if (field) expect(document.errors?.map((error) => error.field)).toContain(field);
  if (status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  return document;
}
