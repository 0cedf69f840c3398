import { Cluster } from '../../cluster/cluster.ts';
import { readConnection } from '../../cluster/connection.ts';
import { reachCluster } from '../../cluster/reach.ts';
import { parseFlags } from '../../stack/flags.ts';
import { consoleSpecs, page } from '../../suites/console-specs.ts';
import { ensureBrowser } from '../../suites/ensure-browser.ts';
import { playwrightSuite } from '../../suites/playwright-suite.ts';
import { closingLine, runSuites } from '../../suites/run-suites.ts';
import type { Suite, SuiteReport } from '../../suites/suite.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const onStage = [page, playwrightSuite('console', 10, consoleSpecs)];

/** What is tried wherever the platform runs. @param env where it is, unless it is on this machine */
const anywhere = (consoleTarget: string, env: Readonly<Record<string, string>> = {}): Suite[] => [
  playwrightSuite('api', 5, 'e2e/api/playwright.config.ts', { env }),
  playwrightSuite('console on the stack', 15, consoleSpecs, {
    env: { ...env, CONSOLE_TARGET: consoleTarget },
  }),
  playwrightSuite('backends', 5, 'e2e/backends/playwright.config.ts', { env, mayBeAbsent: true }),
];

const onStack = (): Suite[] => [
  ...anywhere('stack'),
  playwrightSuite('grafana', 15, 'e2e/grafana/playwright.config.ts', { mayBeAbsent: true }),
];

async function onKubernetes(signal: AbortSignal): Promise<SuiteReport[]> {
  const cluster = new Cluster((await readConnection()).access);
  await using reached = await step('Opening ports to the cluster', () => reachCluster(cluster, signal));
  say(
    "  Left out: resources, faults and the newcomer's path, which need the agent of ./coffee up; Grafana, which",
  );
  say('  is in no overlay.');
  return await runSuites(anywhere('kubernetes', reached.env), signal);
}

export const command: Command = {
  summary: 'Try the console, Grafana, Jaeger and Prometheus in a real browser, and the APIs as a client',
  usage: `Usage: ./coffee e2e [--stack | --target kubernetes]

Builds the console's page and tries it in Chromium: every view, by keyboard, on a phone, with axe. Without an option it needs
nothing that runs: what is behind the console is made up. On Debian, as root, Chromium is installed when there is none.

  --stack     in front of the running stack (./coffee up): the APIs; the console, with the newcomer's path, which breaks Kafka
              and mends it; the pages of Jaeger, Prometheus and Grafana, where there are any
  --target    compose, which is --stack; or kubernetes: the same in front of the cluster of ./coffee cluster up, without what
              needs the agent of ./coffee up, and without Grafana`,

  async run(args, signal) {
    const { values } = parseFlags('e2e', args, {
      stack: { type: 'boolean', default: false },
      target: { type: 'string' },
    });
    const target = values.target ?? (values.stack ? 'compose' : 'stage');
    if (values.target !== undefined && target !== 'compose' && target !== 'kubernetes')
      throw new UserError(`There is no target "${target}".`, 'There are: compose, kubernetes.');
    await ensureBrowser(signal);
    const reports =
      target === 'kubernetes'
        ? await onKubernetes(signal)
        : await runSuites(target === 'compose' ? onStack() : onStage, signal);
    console.log(closingLine(reports));
    return reports.some(({ failed }) => failed > 0) ? 1 : 0;
  },
};
