import { join } from 'node:path';
import { writeAuthority } from '../cli/commands/trust.ts';
import { agentRuns, startAgent } from '../console-agent/agent-process.ts';
import { repositoryRoot } from '../docker/repository.ts';
import { check, run } from '../docker/run.ts';
import { readGate } from '../gates/run-gates.ts';
import { readSettings } from '../stack/settings.ts';
import { emptyStack, withEmptyStack } from './empty-stack.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const coffee = join(repositoryRoot, 'coffee');
const command = './coffee e2e --stack';

/** What users meet, in front of services that are real: APIs, console and, where there is one, Grafana. */
export const e2e: Suite = {
  name: 'e2e',
  summary: `${command} in front of an empty stack: the APIs, the console with the newcomer who breaks Kafka, Grafana`,
  budgetMinutes: 50,
  run: tryAsUsers,
};

async function tryAsUsers(context: SuiteContext): Promise<SuiteOutcome> {
  const { signal, note } = context;
  const hadAgent = await agentRuns();
  try {
    return await withEmptyStack(signal, note, () => onEmptyStack(context));
  } finally {
    // What `up` has put in the place of that of the stack that ran before. Without the signal: it is undone in any case.
    if (hadAgent) {
      const undoing = new AbortController().signal;
      const settings = await readSettings();
      if (settings.tls) await writeAuthority(undoing);
      await startAgent(settings.consoleAgentPort, undoing);
    }
  }
}

async function onEmptyStack({ signal, note }: SuiteContext): Promise<SuiteOutcome> {
  const options = { cwd: repositoryRoot, env: emptyStack, signal };
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    note(line);
  };
  try {
    note('./coffee up');
    await check(coffee, ['up'], options);
    // Dashboards without a past have nothing to show.
    await check(coffee, ['traffic', '--rate', '5', '--duration', '60s'], options);
    const { code } = await run(coffee, ['e2e', '--stack'], { ...options, onLine });
    return outcomeOf(code, lines);
  } finally {
    // Its agent as well, which would stop and break containers of what runs next.
    await run(coffee, ['down', '--volumes'], { cwd: repositoryRoot, env: emptyStack });
  }
}

/** What the command said, as it would be read by `./coffee ci`. */
export function outcomeOf(code: number, lines: readonly string[]): SuiteOutcome {
  const { passed, failed, output = '' } = readGate(command, { code, lines });
  const what = output === '' ? `${failed} specs failed` : output;
  return {
    figures: [figure('passed', passed), figure('failed', failed)],
    failures: failed > 0 ? [what] : [],
  };
}
