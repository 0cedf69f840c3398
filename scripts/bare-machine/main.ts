/** node scripts/bare-machine/main.ts [--suite bookworm] [--command "./coffee up"]… : the commands on a fresh machine. */
import { parseArgs } from 'node:util';
import { say } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { defaultCommands, report, tryOnBareMachine } from './trial.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'bookworm' },
    command: { type: 'string', multiple: true, default: defaultCommands },
  },
});
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Again and again is no reason to leave namespaces and mounts behind: tear-down takes seconds.
  process.on(name, () => {
    say(`\nStopping (${name}) and removing the bare machine`);
    controller.abort();
  });
}

try {
  const timings = await tryOnBareMachine(values.suite, values.command, controller.signal);
  say(`\n${report(timings)}`);
  process.exitCode = timings.every(({ code }) => code === 0) ? 0 : 1;
} catch (error) {
  if (controller.signal.aborted) process.exitCode = 130;
  else if (error instanceof UserError) {
    say(`\n${error.message}\n  ${error.remedy}`);
    process.exitCode = 1;
  } else throw error;
}
