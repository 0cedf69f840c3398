/** ./coffee bench core [--stored 1000000]: what an order costs in the order book, as ratios of one run. */
import { parseArgs } from 'node:util';
import { say, step } from '../cli/progress.ts';
import { ensureEngine } from '../docker/engine.ts';
import { ensureImages } from '../images/ensure.ts';
import { benchCore, gates } from './bench-core.ts';

const { values } = parseArgs({ options: { stored: { type: 'string', default: '1000000' } } });
const stored = Number(values.stored);
if (!Number.isInteger(stored) || stored < 1_000 || stored > 10_000_000) {
  say(`✗ --stored must be a whole number from 1000 to 10000000, not "${values.stored}".`);
  process.exit(2);
}
const { signal } = new AbortController();
await ensureEngine(signal);
await ensureImages(['order', 'test'], { signal });
const figures = await step('Benchmark of the order book', ({ note }) => benchCore(stored, note));
for (const { name, value, unit } of figures) say(`  ${name.padEnd(56)} ${value} ${unit}`);
const broken = gates(figures);
for (const gate of broken) say(`✗ ${gate}`);
say(broken.length === 0 ? 'All ratios hold.' : `${broken.length} ratios do not hold.`);
process.exitCode = broken.length === 0 ? 0 : 1;
