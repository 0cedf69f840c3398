/** ./coffee bench streams [--rate 2000 --seconds 30]: whether the streams service keeps up, and what it costs. */
import { parseArgs } from 'node:util';
import { say, step } from '../cli/progress.ts';
import { ensureEngine } from '../docker/engine.ts';
import { ensureImages } from '../images/ensure.ts';
import { benchStreams, gates } from './bench-streams.ts';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '30' } },
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
if (!Number.isInteger(rate) || rate < 100 || rate > 50_000) {
  say(`✗ --rate must be a whole number from 100 to 50000, not "${values.rate}".`);
  process.exit(2);
}
if (!Number.isInteger(seconds) || seconds < 5 || seconds > 3_600) {
  say(`✗ --seconds must be a whole number from 5 to 3600, not "${values.seconds}".`);
  process.exit(2);
}
const { signal } = new AbortController();
await ensureEngine(signal);
await ensureImages(['order', 'test'], { signal });
const figures = await step('Benchmark of the streams service', ({ note }) =>
  benchStreams(rate, seconds, note),
);
for (const { name, value, unit } of figures) say(`  ${name.padEnd(56)} ${value} ${unit}`);
const broken = gates(figures, rate);
for (const gate of broken) say(`✗ ${gate}`);
say(broken.length === 0 ? 'It keeps up.' : `${broken.length} figures do not hold.`);
process.exitCode = broken.length === 0 ? 0 : 1;
