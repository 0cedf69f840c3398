import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AgentReports } from '#contracts/http/console-agent.ts';

type Report = AgentReports['reports'][number];

/** Of a report as loadtest/report/write-report.ts writes it, what is told. */
const written = z.object({
  scenario: z.string(),
  through: z.string(),
  trial: z.boolean(),
  circumstances: z.object({ date: z.string() }),
  phases: z.array(
    z.object({
      name: z.string(),
      warmUp: z.boolean(),
      succeededPerSecond: z.number(),
      availability: z.number(),
      p95Ms: z.number().nullable(),
    }),
  ),
  broken: z.array(z.string()),
});

/** Each may be megabytes: a figure of every second. */
const mostReports = 20;

const told = ({
  name,
  succeededPerSecond,
  availability,
  p95Ms,
}: z.infer<typeof written>['phases'][number]): string =>
  `${name}: ${succeededPerSecond.toFixed(0)} a second, P95 ${p95Ms?.toFixed(0) ?? '–'} ms, ${(availability * 100).toFixed(2)} % answered`;

async function read(folder: string, name: string): Promise<Report | undefined> {
  try {
    const report = written.parse(JSON.parse(await readFile(join(folder, name, 'report.json'), 'utf8')));
    const { scenario, through, trial, circumstances, phases, broken } = report;
    const figures = phases.filter(({ warmUp }) => !warmUp).map(told);
    return {
      title: `loadtest ${scenario}, at the ${through}${trial ? ', a trial' : ''}`,
      at: circumstances.date,
      passed: broken.length === 0,
      summary: [...broken, ...figures].join('; '),
    };
  } catch (error) {
    // A run that is just being written, or of another version: the others are told all the same.
    if (error instanceof z.ZodError || error instanceof SyntaxError || isAbsent(error)) return undefined;
    throw error;
  }
}

const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** The latest reports of `./coffee loadtest`, newest first. */
export async function readLoadReports(folder: string): Promise<Report[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  // They begin with their date.
  const latest = names.toSorted().toReversed().slice(0, mostReports);
  const found = await Promise.all(latest.map((name) => read(folder, name)));
  return found.filter((report) => report !== undefined);
}
