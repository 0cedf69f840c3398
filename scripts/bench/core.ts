/** ./coffee bench core [--stored 1000000]: what an order costs in the order book, as ratios of one run. */
import { parseArgs } from 'node:util';
import { row } from '../../loadtest/report/markdown.ts';
import { benchCore, gates, storedRatios } from './bench-core.ts';
import { figureText, measure, wholeNumber } from './measure.ts';

const { values } = parseArgs({ options: { stored: { type: 'string', default: '1000000' } } });
const stored = wholeNumber('stored', values.stored, 1_000, 10_000_000);
await measure({
  name: 'core',
  title: 'Benchmark of the order book',
  run: (note) => benchCore(stored, note),
  gates,
  holds: 'All ratios hold.',
  goals: (figures) => [
    row(
      `cost of one more order with ${stored} stored vs. none`,
      '1.2',
      '1.05',
      figureText(figures, storedRatios.place),
    ),
  ],
});
