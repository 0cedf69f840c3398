import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { clusterFiguresFile } from '../../scripts/cluster/suite.ts';
import { type Figure, figure } from '../../scripts/nightly/suite.ts';

/** Keeps a figure for the nightly report, and shows it. */
export async function recordFigure(name: string, value: number, unit: string): Promise<void> {
  const found = figure(name, value, unit);
  process.stderr.write(`    ${found.name}: ${found.value} ${found.unit}\n`);
  await mkdir(dirname(clusterFiguresFile), { recursive: true });
  const all = JSON.parse(await readFile(clusterFiguresFile, 'utf8').catch(() => '[]')) as Figure[];
  await writeFile(clusterFiguresFile, JSON.stringify([...all.filter((one) => one.name !== name), found]));
}
