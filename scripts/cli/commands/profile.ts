import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ensureEngine } from '../../docker/engine.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { ensureImages } from '../../images/ensure.ts';
import { type Frame, selfTimes } from '../../profile/cpu-profile.ts';
import { flameGraph } from '../../profile/flame-graph.ts';
import { profileProducer } from '../../profile/profile-producer.ts';
import { integerFlag, parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const shown = 15;

export const command: Command = {
  summary: 'Show where the processor time of the producer goes, as a flame graph',
  usage: `Usage: ./coffee profile producer [options]

Starts a producer with Kafka, PostgreSQL and Redis in containers of its own, lets it accept as many orders as it can with
telemetry on, and writes a flame graph to .coffee/profile.

  --seconds N   how long it is watched (10)`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'profile',
      args,
      { seconds: { type: 'string', default: '10' } },
      true,
    );
    if (positionals.join() !== 'producer') {
      throw new UserError(
        'Nothing else than the producer can be profiled.',
        'Give: ./coffee profile producer',
      );
    }
    const seconds = integerFlag('seconds', values.seconds, { least: 1, most: 600 });
    await ensureEngine(signal);
    await ensureImages(['order', 'test'], { signal });
    const { tree, perSecond, cpuMicros } = await step('Profiling the producer', ({ note }) =>
      profileProducer(seconds, note),
    );
    const folder = join(repositoryRoot, '.coffee', 'profile');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-producer.html`);
    const title = `Producer: ${Math.round(perSecond)} orders/s, ${Math.round(cpuMicros)} µs of processor time each`;
    await writeFile(path, flameGraph(tree, title));
    console.log(title);
    showTimes('By whose code it is', tree, ({ owner }) => (owner.endsWith('.ts') ? 'Go Coffee' : owner));
    showTimes('By function', tree, ({ name, owner }) => `${name} (${owner})`);
    say(`The flame graph: ${relative(process.cwd(), path)}`);
    return 0;
  },
};

function showTimes(title: string, tree: Frame, of: (frame: Frame) => string): void {
  console.log(`\n${title}, without what it called`);
  for (const [name, micros] of selfTimes(tree, of).slice(0, shown))
    console.log(`  ${((micros / tree.total) * 100).toFixed(1).padStart(5)} %  ${name}`);
}
