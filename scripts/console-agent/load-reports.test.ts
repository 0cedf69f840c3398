import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sampleResult } from '../../loadtest/sample-result.ts';
import { readLoadReports } from './load-reports.ts';

it('tells what the latest loads came to, newest first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loads-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(folder, { recursive: true }));
  const result = sampleResult();
  const write = async (date: string, broken: readonly string[]): Promise<void> => {
    const own = join(folder, `${date.replaceAll(':', '-')}-smoke-edge`);
    await mkdir(own);
    const circumstances = { ...result.circumstances, date };
    await writeFile(join(own, 'report.json'), JSON.stringify({ ...result, circumstances, sla: {}, broken }));
  };
  await write('2026-03-01T10:00:00.000Z', []);
  await write('2026-03-02T10:00:00.000Z', ['P95 is 700 ms, more than 500']);
  await mkdir(join(folder, '2026-03-03T10-00-00.000Z-smoke-edge'));
  const reports = await readLoadReports(folder);
  expect(reports.map(({ at, passed }) => [at, passed])).toEqual([
    ['2026-03-02T10:00:00.000Z', false],
    ['2026-03-01T10:00:00.000Z', true],
  ]);
  expect(reports[0]?.title).toContain(`loadtest ${result.scenario}`);
  expect(reports[0]?.summary).toMatch(/^P95 is 700 ms, more than 500; .*a second, P95 \d+ ms/);
  expect(await readLoadReports(join(folder, 'none'))).toEqual([]);
});
