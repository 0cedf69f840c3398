import { appendFile } from 'node:fs/promises';
import { severeAlertsIn } from '../../gates/code-alerts.ts';
import { gates } from '../../gates/gates.ts';
import { localGates } from '../../gates/local-gates.ts';
import { runCoffee, runGates } from '../../gates/run-gates.ts';
import { closingLines, elsewhereLine, jobSummary } from '../../gates/summary.ts';
import { gateTable } from '../../gates/table.ts';
import { parseFlags } from '../../stack/flags.ts';
import { closingLine } from '../../suites/run-suites.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

const list = localGates.map(({ name, command }) => `  ${name.padEnd(10)} ${command}`);

function pick(names: readonly string[]): typeof localGates {
  for (const name of names) {
    if (localGates.some((gate) => gate.name === name)) continue;
    const known = localGates.map((gate) => gate.name).join(', ');
    throw new UserError(`There is no gate "${name}".`, `Gates: ${known}`);
  }
  return names.length === 0 ? localGates : localGates.filter(({ name }) => names.includes(name));
}

/** @returns the exit code: 1 when a report has an alert that is high or critical */
async function holdAlerts(folder: string): Promise<number> {
  const alerts = await severeAlertsIn(folder);
  for (const alert of alerts) say(`✗ ${alert}`);
  say(
    alerts.length === 0 ? 'No alert is high or critical.' : `${alerts.length} alerts are high or critical.`,
  );
  return alerts.length === 0 ? 0 : 1;
}

export const command: Command = {
  summary: 'Run the gates that continuous integration runs, in the same order',
  usage: `Usage: ./coffee ci [--strict] [gate…]
       ./coffee ci --list
       ./coffee ci --alerts FOLDER

Runs all gates, or the named ones, one after another, and goes on after one that fails. What can't be run on this machine
is skipped, by name and with the reason.

${list.join('\n')}

  --strict  what can't be run here fails (the workflows do so)
  --list    prints every gate, those of GitHub included, as the table of docs/quality-gates.md
  --alerts  runs none: fails when a report of code scanning (*.sarif) in the folder has an alert that is high or critical`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'ci',
      args,
      {
        strict: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        alerts: { type: 'string' },
      },
      true,
    );
    const chosen = pick(positionals);
    if (values.list) {
      console.log(gateTable(gates));
      return 0;
    }
    if (values.alerts !== undefined) return holdAlerts(values.alerts);
    const reports = await runGates(chosen, { signal, strict: values.strict, runCommand: runCoffee });
    const summaryFile = process.env.GITHUB_STEP_SUMMARY;
    if (summaryFile) await appendFile(summaryFile, jobSummary(reports));
    for (const line of closingLines(reports)) say(line);
    say(elsewhereLine(gates, reports));
    // What this command is asked for: on standard output.
    console.log(closingLine(reports));
    return reports.some(({ failed }) => failed > 0) ? 1 : 0;
  },
};
