import { join } from 'node:path';
import type { AgentReports } from '#contracts/http/console-agent.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { readResults } from '../nightly/results.ts';
import type { Figure } from '../nightly/suite.ts';
import { readLoadReports } from './load-reports.ts';

export interface Reports {
  list(): Promise<AgentReports['reports']>;
}

/** A figure as people read it: `P95: 41.2 ms`. */
const told = ({ name, value, unit }: Figure): string => `${name}: ${value}${unit === '' ? '' : ` ${unit}`}`;

const mostFigures = 6;
const nightly = join(repositoryRoot, 'docs', 'nightly');
const loads = join(repositoryRoot, '.coffee', 'loadtest');

/** What the long suites said last (docs/nightly), and loads on this machine, newest first. */
export const reportsOfCheckout: Reports = {
  async list() {
    const results = Object.entries(await readResults(nightly));
    const suites = results.map(([title, { date, passed, figures, failures }]) => ({
      title,
      at: date,
      passed,
      summary: [...failures, ...figures.slice(0, mostFigures).map(told)].join('; '),
    }));
    const reports = [...suites, ...(await readLoadReports(loads))];
    return reports.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  },
};
