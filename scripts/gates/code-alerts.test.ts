import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../cli/commands/ci.ts';
import { severeAlerts, severeAlertsIn } from './code-alerts.ts';

// As CodeQL writes it, with what nobody reads here left out: rules are those of a pack.
const rule = (id: string, severity?: string): object => ({
  id,
  name: id,
  properties: { tags: ['security'], ...(severity ? { 'security-severity': severity } : {}) },
});
const result = (ruleId: string, startLine = 7): object => ({
  ruleId,
  rule: { id: ruleId, index: 0, toolComponent: { index: 0 } },
  message: { text: `What ${ruleId} found\nand more of it` },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'services/a.ts' }, region: { startLine } } }],
});
const sarif = (...results: object[]): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'CodeQL' },
          extensions: [
            {
              name: 'codeql/javascript-queries',
              rules: [
                rule('js/sql-injection', '8.8'),
                rule('js/high', '7.0'),
                rule('js/medium', '6.9'),
                rule('js/quality'),
              ],
            },
          ],
        },
        results,
      },
    ],
  });

describe('a report of code scanning', () => {
  // Guard: an analysis that has found something severe ends well all the same, unless somebody reads what it found.
  it('has what is high or critical, with its place', () => {
    const text = sarif(result('js/medium'), result('js/sql-injection', 12), result('js/quality'));
    expect(severeAlerts(text)).toEqual([
      'services/a.ts:12: js/sql-injection (8.8): What js/sql-injection found',
    ]);
    expect(severeAlerts(sarif(result('js/high')))).toHaveLength(1);
    expect(severeAlerts(sarif())).toEqual([]);
  });

  it.each([
    ['what is no report', '{}'],
    ['a report of nothing', '{"runs":[]}'],
    ['a result without its rule', sarif(result('js/unknown'))],
  ])('is not %s', (_what, text) => {
    expect(() => severeAlerts(text)).toThrow();
  });
});

it('./coffee ci --alerts fails by one, and where there is no report', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-alerts-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(folder, { recursive: true }));
  const { signal } = new AbortController();
  await expect(severeAlertsIn(folder)).rejects.toThrow('no report');
  await writeFile(join(folder, 'actions.sarif'), sarif(result('js/medium')));
  expect(await command.run(['--alerts', folder], signal)).toBe(0);
  await writeFile(join(folder, 'javascript.sarif'), sarif(result('js/sql-injection')));
  expect(await command.run(['--alerts', folder], signal)).toBe(1);
});
