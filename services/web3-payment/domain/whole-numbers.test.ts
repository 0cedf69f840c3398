import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const service = new URL('..', import.meta.url).pathname;
/** What makes fractions, or takes amounts for numbers; times are no amounts, and telemetry is for looking at. */
const fractions =
  /(?<![\w.'"])\d+\.\d+(?![\w.])|parseFloat|toFixed|toPrecision|Math\.(round|ceil)|formatUnits|parseUnits/;
const amounts = /Number\((?:[\w.]*\.)?(amount|value|fee|gas|price|answer|totalCents)\w*\)/;
const exempt = new Set(['metrics.ts']);

// Guard: an amount that was a number for a moment has lost its last digits.
it('has no floating point where money is', async () => {
  const names = (await readdir(service, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)(tests|compiled)\//.test(name) && !exempt.has(name),
  );
  expect(names.length).toBeGreaterThan(30);
  const found: string[] = [];
  for (const name of names) {
    const lines = (await readFile(join(service, name), 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      const code = line.replace(/\/\/.*$|\/?\*.*$/, '');
      if (fractions.test(code) || amounts.test(code)) found.push(`${name}:${index + 1}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});
