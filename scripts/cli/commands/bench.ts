import { repositoryRoot } from '../../docker/repository.ts';
import { run } from '../../docker/run.ts';
import type { Command } from '../commands.ts';
import { UserError } from '../user-error.ts';

const benchmarks = {
  accept: 'the producer: orders a second against handlers that do less (--rounds N, --seconds N)',
  core: 'the order book: orders a second, and what a million stored orders cost (--stored N)',
  streams:
    'the streams service: whether it keeps up (--rate N, --seconds N), beside the running stack (--beside-stack)',
  edge: 'the edge: CPU time of a request (--requests N)',
  telemetry:
    'the running stack: accepted orders a second with telemetry and without (--seconds N, --rounds N)',
  'inner-loop':
    'from saving a source to serving it, by ./coffee dev, of every service (--edits N, --in-containers)',
} as const;

const list = Object.entries(benchmarks).map(([name, what]) => `  ${name.padEnd(11)} ${what}`);

export const command: Command = {
  summary: 'Measure a part by itself: accept, core, streams, edge, telemetry, inner-loop',
  usage: `Usage: ./coffee bench [accept|core|streams|edge|telemetry|inner-loop [options]]

Starts what it needs in containers of its own, prints figures, and removes the containers. Exit code 1 when a ratio that
is promised does not hold. Without a name: all of them, one after another.

${list.join('\n')}`,

  async run([name, ...args], signal) {
    if (name !== undefined && !Object.hasOwn(benchmarks, name)) {
      const names = Object.keys(benchmarks).join(', ');
      throw new UserError(`There is no benchmark "${name}".`, `There are: ${names}.`);
    }
    let worst = 0;
    for (const each of name === undefined ? Object.keys(benchmarks) : [name]) {
      const show = (line: string): void => console.log(line);
      const options = { cwd: repositoryRoot, signal, onLine: show };
      const { code } = await run(process.execPath, [`scripts/bench/${each}.ts`, ...args], options);
      signal.throwIfAborted();
      worst = Math.max(worst, code);
    }
    return worst;
  },
};
