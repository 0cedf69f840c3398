/** ./coffee bench streams [--rate 2000 --seconds 30]: whether the streams service keeps up, and what it costs. */
import { parseArgs } from 'node:util';
import { benchStreams, gates } from './bench-streams.ts';
import { measure, wholeNumber } from './measure.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '30' } },
});
const rate = wholeNumber('rate', values.rate, 100, 50_000);
const seconds = wholeNumber('seconds', values.seconds, 5, 3_600);
await measure({
  name: 'streams',
  title: 'Benchmark of the streams service',
  run: (note) => benchStreams(rate, seconds, note),
  gates: (figures) => gates(figures, rate),
  holds: 'It keeps up.',
});
