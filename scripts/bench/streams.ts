/**
 * ./coffee bench streams [--rate 2000 --seconds 30] [--beside-stack]: whether the streams service keeps up, and what it
 * costs; also while the whole stack of `./coffee up` runs beside it.
 */
import { parseArgs } from 'node:util';
import { say } from '../cli/progress.ts';
import { figure } from '../nightly/suite.ts';
import { benchStreams, gates } from './bench-streams.ts';
import { measure, wholeNumber } from './measure.ts';
import { interruptionsOf, lookAtStack, type Part } from './whole-stack.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    'beside-stack': { type: 'boolean', default: false },
  },
});
const rate = wholeNumber('rate', values.rate, 100, 50_000);
const seconds = wholeNumber('seconds', values.seconds, 5, 3_600);
const { signal } = new AbortController();

let beside: readonly Part[] = [];
const troubles: string[] = [];
if (values['beside-stack']) {
  const { parts, problems } = await lookAtStack(signal);
  for (const problem of problems) say(`✗ ${problem}.`);
  if (problems.length > 0) {
    say('There is no whole stack to run beside: ./coffee up starts it.');
    process.exit(2);
  }
  beside = parts.filter(({ state }) => state === 'healthy');
}

await measure({
  name: 'streams',
  title: 'Benchmark of the streams service',
  options: { rate, seconds, besideStack: values['beside-stack'] },
  machine: values['beside-stack'] ? 'beside' : 'alone',
  async run(note) {
    const figures = await benchStreams(rate, seconds, note);
    if (!values['beside-stack']) return figures;
    const { parts, problems } = await lookAtStack(signal);
    const still = parts.filter(({ state }) => state !== 'exited');
    troubles.push(...problems, ...interruptionsOf(beside, still));
    return [...figures, figure('parts of the stack that ran beside it', beside.length)];
  },
  gates: (figures) => [...gates(figures, rate), ...troubles],
  holds: values['beside-stack'] ? 'It keeps up beside the whole stack.' : 'It keeps up.',
});
