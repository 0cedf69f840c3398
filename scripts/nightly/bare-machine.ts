import { defaultCommands, tryOnBareMachine } from '../bare-machine/trial.ts';
import { figure, type Suite } from './suite.ts';

/** The README's two commands on a machine that has nothing, and once more with everything cached. */
export const bareMachine: Suite = {
  name: 'bare-machine',
  summary: './coffee up and ./coffee test in a fresh Debian without cache, Node and Docker',
  budgetMinutes: 90,
  async run({ signal }) {
    const timings = await tryOnBareMachine('bookworm', defaultCommands, signal);
    return {
      figures: timings.map(({ command, seconds }, index) => figure(`${index + 1}. ${command}`, seconds, 's')),
      failures: timings
        .filter(({ code }) => code !== 0)
        .map(({ command, code }) => `${command} ended with exit code ${code}`),
    };
  },
};
