/** ./coffee bench core [--stored 1000000]: what an order costs in the order book, as ratios of one run. */
import { parseArgs } from 'node:util';
import { benchCore, gates } from './bench-core.ts';
import { measure, wholeNumber } from './measure.ts';

const { values } = parseArgs({ options: { stored: { type: 'string', default: '1000000' } } });
const stored = wholeNumber('stored', values.stored, 1_000, 10_000_000);
await measure({
  title: 'Benchmark of the order book',
  run: (note) => benchCore(stored, note),
  gates,
  holds: 'All ratios hold.',
});
