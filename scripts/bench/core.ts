/** ./coffee bench core [--stored 1000000]: what an order costs in the order book, as ratios of one run. */
import { parseArgs } from 'node:util';
import { goals } from '../../loadtest/goals.ts';
import { benchCore, gates, storedRatios } from './bench-core.ts';
import { figureText, measure, wholeNumber } from './measure.ts';
import { defaultStored } from './stored-limit.ts';

const { values } = parseArgs({ options: { stored: { type: 'string', default: String(defaultStored) } } });
const stored = wholeNumber('stored', values.stored, 1_000, 10_000_000);
await measure({
  name: 'core',
  title: 'Benchmark of the order book',
  options: { stored },
  machine: 'alone',
  run: (note) => benchCore(stored, note),
  gates,
  holds: 'All ratios hold.',
  goals: (figures) => [
    {
      ...goals.stored,
      measured: `${figureText(figures, storedRatios.place)} for a new order, ${figureText(figures, storedRatios.life)} until it is completed, with ${stored.toLocaleString('en')} stored`,
    },
  ],
});
