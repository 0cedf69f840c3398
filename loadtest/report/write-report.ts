import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stepsThatHeld } from '../gates.ts';
import { keepRun, keptFiguresOf, kindOf, lastRun, readHistory } from '../history.ts';
import type { RunResult } from '../result.ts';
import type { Sla } from '../sla.ts';
import { toHtml } from './html.ts';
import { toMarkdown } from './markdown.ts';

export interface Written {
  readonly markdown: string;
  /** The page with the charts. */
  readonly page: string;
}

/**
 * Writes report.json, report.md and report.html, and keeps the figures of a run that is no trial for comparisons.
 *
 * @param within a new folder in it is made for this run.
 */
export async function writeReport(
  result: RunResult,
  sla: Sla,
  broken: readonly string[],
  within: string,
): Promise<Written> {
  const { scenario, through, circumstances, trial } = result;
  const { machine, commit, date } = circumstances;
  const folder = join(within, `${date.replaceAll(':', '-')}-${scenario}-${through}`);
  await mkdir(folder, { recursive: true });
  const page = join(folder, 'report.html');
  await writeFile(
    join(folder, 'report.json'),
    `${JSON.stringify({ ...result, sla, broken }, withMaps, 2)}\n`,
  );
  const kind = kindOf(result);
  const before = kind && lastRun(await readHistory(machine), kind);
  const markdown = toMarkdown(result, sla, broken, before);
  await writeFile(join(folder, 'report.md'), markdown);
  await writeFile(page, toHtml(result, sla, markdown));
  const figures = keptFiguresOf(result, stepsThatHeld(result.phases, sla));
  // Of nothing that was processed nothing can be compared.
  if (!trial && kind && figures && Number.isFinite(figures.processedP95Ms)) {
    await keepRun(machine, { date, commit, ...kind, passed: broken.length === 0, figures });
  }
  return { markdown, page };
}

/** JSON knows no maps. */
const withMaps = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);
