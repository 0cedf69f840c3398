/** ./coffee bench accept [--rounds 7 --seconds 4]: what accepting an order costs, as ratios of one run. */
import { parseArgs } from 'node:util';
import { row } from '../../loadtest/report/markdown.ts';
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
  run: (note) => benchAccept(rounds, seconds, note),
  gates,
  holds: 'All ratios hold.',
  goals: (figures) => [
    row('accepting ÷ bare handler of the same durability', '0.5', '0.8', figureText(figures, acceptRatio)),
  ],
});
