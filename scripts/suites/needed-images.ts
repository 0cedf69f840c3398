import type { Suite } from './suite.ts';

/**
 * A suite whose tools can't be had is skipped, and says which are missing.
 * @param missing names of images that could not be had
 */
export function skippedWithoutTools(suite: Suite, missing: readonly string[]): Suite {
  const lacking = (suite.tools ?? []).filter((name) => missing.includes(name));
  if (lacking.length === 0) return suite;
  const skipped = `there is no image of ${lacking.join(', ')} here`;
  return { ...suite, run: async () => ({ passed: 0, failed: 0, skipped }) };
}
