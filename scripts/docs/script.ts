import { isCommands, testedBy } from './commands.ts';
import { blocksOf } from './markdown.ts';

/**
 * The commands of a page that are executed, as one script for bash: in order, with what earlier ones have set, ended by the
 * first that fails. Each says its line, for who reads the output.
 *
 * @returns undefined when there are none.
 */
export function scriptOf(path: string, text: string): string | undefined {
  const blocks = blocksOf(text).filter((block) => isCommands(block) && testedBy(block)?.how === 'run');
  if (blocks.length === 0) return undefined;
  const parts = blocks.map(({ line, text: commands }) => `echo '--- ${path}:${line}'\n${commands}`);
  return `set -euo pipefail\n${parts.join('\n')}\n`;
}

/** The blocks of a page that name a test as what executes them, in order. */
export const blocksTestedBy = (text: string, test: string): string[] =>
  blocksOf(text).flatMap((block) => {
    const tested = isCommands(block) ? testedBy(block) : undefined;
    return tested?.how === 'test' && tested.path === test ? [block.text] : [];
  });
