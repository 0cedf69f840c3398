import { describe, expect, it } from 'vitest';
import { closingLine, skippedLine } from '../suites/run-suites.ts';
import type { LocalGate } from './gate.ts';
import { type RunCommand, readGate, runGates } from './run-gates.ts';
import { closingLines, elsewhereLine, jobSummary } from './summary.ts';

const gate = (name: string, more: Partial<LocalGate> = {}): LocalGate => ({
  name,
  subject: 'code',
  holds: name,
  command: `./coffee test ${name}`,
  workflow: 'ci',
  job: 'quick',
  ...more,
});
const { signal } = new AbortController();

/** Commands whose outputs are given; everything else passes. */
function commands(outputs: Readonly<Record<string, { code: number; lines: string[] }>>) {
  const ran: string[] = [];
  const runCommand: RunCommand = async (command) => {
    ran.push(command);
    return outputs[command] ?? { code: 0, lines: ['1 passed, 0 failed'] };
  };
  return { ran, runCommand };
}

describe('what a command says of itself', () => {
  it.each([
    ['passed', 0, ['a', '3 passed, 0 failed'], { passed: 3, failed: 0 }],
    [
      'failed',
      1,
      ['✗ menu.test.ts: x', '2 passed, 1 failed'],
      { passed: 2, failed: 1, output: '✗ menu.test.ts: x' },
    ],
    ['the last line counts', 0, ['9 passed, 9 failed', '1 passed, 0 failed'], { passed: 1, failed: 0 }],
    [
      'skipped',
      0,
      [skippedLine('audit', 'no advisories'), '0 passed, 0 failed'],
      { passed: 0, failed: 0, skipped: 'no advisories' },
    ],
    // Guard: what crashed, or did nothing, is no pass.
    ['crashed', 137, [], { failed: 1, output: '✗ ./coffee x ended with code 137 and no failure' }],
    ['crashed at its end', 1, ['5 passed, 0 failed'], { passed: 5, failed: 1 }],
    ['silent', 0, [], { failed: 1 }],
    ['without a test', 0, ['0 passed, 0 failed'], { failed: 1 }],
  ])('%s', (_what, code, lines, expected) => {
    expect(readGate('./coffee x', { code, lines })).toMatchObject(expected);
  });
});

describe('running gates', () => {
  it('goes on after one that failed, in order, and cleans up behind it', async () => {
    const failing = { code: 1, lines: ['0 passed, 1 failed'] };
    const { ran, runCommand } = commands({ './coffee test a': failing });
    const gates = [gate('a', { cleanUp: './coffee down' }), gate('b')];
    const reports = await runGates(gates, { signal, runCommand, strict: false });
    expect(ran).toEqual(['./coffee test a', './coffee down', './coffee test b']);
    expect(closingLine(reports)).toBe('1 passed, 1 failed');
  });

  it('names what can not be run here, and why, without a failure', async () => {
    const { ran, runCommand } = commands({});
    const gates = [gate('cluster', { unavailable: async () => 'no kind' }), gate('b')];
    const reports = await runGates(gates, { signal, runCommand, strict: false });
    expect(ran).toEqual(['./coffee test b']);
    expect(closingLines(reports)[0]).toBe('cluster  skipped: no kind (0 passed, 0 failed, 0 s)');
    expect(closingLine(reports)).toBe('1 passed, 0 failed');
  });

  // Guard: on GitHub nothing is skipped.
  it('fails by what can not be run where everything has to', async () => {
    const skipping = { code: 0, lines: [skippedLine('audit', 'no advisories'), '0 passed, 0 failed'] };
    const { runCommand } = commands({ './coffee test audit': skipping });
    const gates = [gate('audit'), gate('cluster', { unavailable: async () => 'no kind' })];
    const reports = await runGates(gates, { signal, runCommand, strict: true });
    expect(reports.map(({ failed }) => failed)).toEqual([1, 1]);
    expect(closingLines(reports)).toContain('✗ cluster: may not be skipped here: no kind');
  });
});

it('a run names the gates that were no part of it', () => {
  const reports = [{ name: 'lint', seconds: 2, passed: 1, failed: 0 }];
  const load = { ...gate('load'), notLocal: 'two cores do not carry it' };
  expect(elsewhereLine([gate('lint'), load, gate('edge')], reports)).toBe(
    'Not part of this run (docs/quality-gates.md): load (ci; not here: two cores do not carry it), edge (ci)',
  );
});

it('the page of a run has a row for each gate', () => {
  const reports = [
    { name: 'lint', seconds: 2.4, passed: 1, failed: 0 },
    { name: 'tests', seconds: 300, passed: 7, failed: 2 },
    { name: 'audit', seconds: 1, passed: 0, failed: 0, skipped: 'a | b' },
  ];
  expect(jobSummary(reports).split('\n').slice(2, -1)).toEqual([
    '| lint | passed | 1 | 0 | 2 |',
    '| tests | failed | 7 | 2 | 300 |',
    '| audit | skipped: a \\| b | 0 | 0 | 1 |',
  ]);
});
