import { join } from 'node:path';
import type { AgentReports } from '#contracts/http/console-agent.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { readResults } from '../nightly/results.ts';
import type { Figure } from '../nightly/suite.ts';

export interface Reports {
  list(): Promise<AgentReports['reports']>;
}

/** A figure as people read it: `P95: 41.2 ms`. */
const told = ({ name, value, unit }: Figure): string => `${name}: ${value}${unit === '' ? '' : ` ${unit}`}`;

const mostFigures = 6;
const folder = join(repositoryRoot, 'docs', 'nightly');

/** What the long suites said last (docs/nightly), newest first. */
export const nightlyReports: Reports = {
  async list() {
    const results = Object.entries(await readResults(folder));
    const reports = results.map(([title, { date, passed, figures, failures }]) => ({
      title,
      at: date,
      passed,
      summary: [...failures, ...figures.slice(0, mostFigures).map(told)].join('; '),
    }));
    return reports.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  },
};
