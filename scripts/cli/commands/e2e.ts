import { parseFlags } from '../../stack/flags.ts';
import { consoleSpecs, page } from '../../suites/console-specs.ts';
import { ensureBrowser } from '../../suites/ensure-browser.ts';
import { playwrightSuite } from '../../suites/playwright-suite.ts';
import { closingLine, runSuites } from '../../suites/run-suites.ts';
import type { Command } from '../commands.ts';

const onStage = [page, playwrightSuite('console', 10, consoleSpecs)];
const onStack = [
  playwrightSuite('api', 5, 'e2e/api/playwright.config.ts'),
  playwrightSuite('console on the stack', 15, consoleSpecs, { env: { CONSOLE_TARGET: 'stack' } }),
  playwrightSuite('grafana', 15, 'e2e/grafana/playwright.config.ts', { mayBeAbsent: true }),
];

export const command: Command = {
  summary: 'Try the console and Grafana in a real browser, and the APIs as a client',
  usage: `Usage: ./coffee e2e [--stack]

Builds the console's page and tries it in Chromium: every view, by keyboard, on a phone, with axe. Without --stack it needs
nothing that runs: what is behind the console is made up. On Debian, as root, Chromium is installed when there is none.

  --stack     in front of the running stack (./coffee up): the APIs; the console, with the newcomer's path, which breaks Kafka
              and mends it; Grafana, where there is one`,

  async run(args, signal) {
    const { values } = parseFlags('e2e', args, { stack: { type: 'boolean', default: false } });
    await ensureBrowser(signal);
    const reports = await runSuites(values.stack ? onStack : onStage, signal);
    console.log(closingLine(reports));
    return reports.some(({ failed }) => failed > 0) ? 1 : 0;
  },
};
