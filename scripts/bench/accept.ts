/** ./coffee bench accept [--rounds 7 --seconds 4]: what accepting an order costs, as ratios of one run. */
import { parseArgs } from 'node:util';
import { goals } from '../../loadtest/goals.ts';
import { acceptRatio, benchAccept, gates } from './bench-accept.ts';
import { figureText, measure, wholeNumber } from './measure.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '4' } },
});
const rounds = wholeNumber('rounds', values.rounds, 1, 1_000);
const seconds = wholeNumber('seconds', values.seconds, 1, 600);
await measure({
  name: 'accept',
  title: 'Benchmark of accepting an order',
  options: { rounds, seconds },
  machine: 'alone',
  run: (note) => benchAccept(rounds, seconds, note),
  gates,
  holds: 'All ratios hold.',
  goals: (figures) => [{ ...goals.bare, measured: `${figureText(figures, acceptRatio)} of its orders/s` }],
});
