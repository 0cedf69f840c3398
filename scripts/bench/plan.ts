import { UserError } from '../cli/user-error.ts';

interface About {
  readonly what: string;
  /** `alone`: it starts what it needs, and measures a machine that does nothing else; `dev`: it starts ./coffee dev. */
  readonly machine: 'alone' | 'stack' | 'dev';
}

/** In the order in which all of them run: on a machine of their own first. */
export const benchmarks = {
  accept: {
    what: 'the producer: orders a second against handlers that do less (--rounds N, --seconds N)',
    machine: 'alone',
  },
  core: {
    what: 'the order book: orders a second, and what a hundredth, a tenth and all of a million stored orders cost (--stored N)',
    machine: 'alone',
  },
  streams: {
    what: 'the streams service: whether it keeps up (--rate N, --seconds N), beside the running stack (--beside-stack)',
    machine: 'alone',
  },
  edge: { what: 'the edge: CPU time of a request (--requests N)', machine: 'alone' },
  telemetry: {
    what: 'the running stack: accepted orders a second with telemetry and without (--seconds N, --rounds N)',
    machine: 'stack',
  },
  'inner-loop': {
    what: 'from saving a source to serving it, by ./coffee dev, of every service (--edits N, --in-containers)',
    machine: 'dev',
  },
} as const satisfies Readonly<Record<string, About>>;

export type BenchmarkName = keyof typeof benchmarks;
export const isBenchmark = (name: string): name is BenchmarkName => Object.hasOwn(benchmarks, name);

/** What runs one after another: a benchmark, or `up`, which starts the stack. */
export type BenchStep = BenchmarkName | 'up';

/**
 * What has to run for one benchmark, or for all of them.
 *
 * @param running the services of the stack that is up now
 * @throws UserError where a stack is up that is not to be, or none that has to be
 */
export function planOf(name: BenchmarkName | undefined, running: readonly string[]): BenchStep[] {
  if (name !== undefined) {
    if (benchmarks[name].machine === 'stack' && running.length === 0)
      throw new UserError(`The benchmark ${name} needs a running stack.`, './coffee up starts it.');
    return [name];
  }
  const all = Object.keys(benchmarks) as BenchmarkName[];
  const alone = all.filter((one) => benchmarks[one].machine === 'alone');
  if (running.length > 0) {
    throw new UserError(
      `A stack is up (${running.length} services), and ${alone.join(', ')} are about a machine that does nothing else.`,
      './coffee down, then repeat: the stack is started again for the others. Or give the name of one of them.',
    );
  }
  return [...alone, 'up', ...all.filter((one) => benchmarks[one].machine !== 'alone')];
}
