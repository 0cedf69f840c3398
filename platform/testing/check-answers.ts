import { afterAll, afterEach, expect } from 'vitest';
import { type Answer, answers } from '../http/answers.ts';

const given: Answer[] = [];

answers.subscribe((answer) => {
  given.push(answer as Answer);
});

/** What was undocumented in the answers until now; for a test that answers so on purpose. */
export async function takeUndocumented(): Promise<string[]> {
  const taken = given.splice(0);
  if (taken.length === 0) return [];
  // Only now: most test files ask nothing, and the validator takes longer to load than they do.
  const { undocumented } = await import('./answer-check.ts');
  return taken.flatMap(undocumented);
}

// A setup file of all tests: whatever they ask, every answer of every server in this process keeps to its document.
const check = async (): Promise<void> =>
  expect(await takeUndocumented(), 'answers that the API document does not promise').toEqual([]);
afterEach(check);
afterAll(check);
