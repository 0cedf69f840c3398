import type { CheckResult } from './result.ts';

const marks = { ok: '✓', note: 'i', failed: '✗' } as const;

/** The results as aligned lines, each failure followed by its remedy. */
export function table(results: readonly CheckResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 4);
  return results
    .map(({ name, status, detail, remedy }) => {
      const line = `${marks[status]} ${name.padEnd(width)}  ${detail}`;
      return remedy ? `${line}\n${indent}→ ${remedy.replaceAll('\n', `\n${indent}  `)}` : line;
    })
    .join('\n');
}

/** The last line: what happened, and what to do next. */
export function verdict(results: readonly CheckResult[]): string {
  const failures = results.filter(({ status }) => status === 'failed').length;
  if (failures === 0) return 'This machine can run Go Coffee: ./coffee up';
  return `${failures} of ${results.length} checks failed: follow the arrows, then run ./coffee doctor again.`;
}
