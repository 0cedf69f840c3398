import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { menuOfFake, startFakeProducer } from '../scripts/traffic/fake-producer.ts';
import { journalEntry } from '../scripts/traffic/journal-entry.ts';
import { Measurements } from './measurements.ts';
import { runGenerators } from './run-generators.ts';
import { type Phase, slotsOf } from './schedule.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadtest-'));
});
afterEach(() => rm(folder, { recursive: true }));

const phases: readonly Phase[] = [
  { name: 'warm-up', rate: 100, durationMs: 500, warmUp: true },
  { name: 'steady', rate: 100, durationMs: 1_000 },
];
// Half of it, which is what is named between two messages, is a little more than one.
const namedPerSecond = 2.1;
const customerIds = Array.from({ length: 20 }, (_, index) => `customer-${index}`);

async function ran() {
  await using producer = await startFakeProducer();
  const measurements = new Measurements(phases);
  const placed: string[] = [];
  const journals = await runGenerators(
    {
      ...{
        url: producer.url.href,
        authority: undefined,
        tokenSecret: 'the secret of a fake producer',
        phases,
      },
      ...{ customerIds, menu: menuOfFake, mix: { reads: 0, paymentMethod: 'counter' }, seed: 7 },
      ...{ traceShare: 0, forwardedFor: true, namedPerSecond },
    },
    (index) => join(folder, `${index}.jsonl`),
    {
      onStart: () => undefined,
      onSample: (sample) => measurements.add(sample),
      onPlaced: (orderIds) => placed.push(...orderIds),
    },
    new AbortController().signal,
  );
  const lines = (await Promise.all(journals.map((path) => readFile(path, 'utf8'))))
    .join('')
    .trim()
    .split('\n');
  return { measurements, placed, entries: lines.map((line) => journalEntry.parse(JSON.parse(line))) };
}

test('a thread sends its load, tells of each request, and has each answer in its journal', async () => {
  const { measurements, placed, entries } = await ran();
  expect(measurements.of(1).seen).toBe(slotsOf(phases[1] as Phase));
  const orders = entries.flatMap((entry) =>
    entry.type === 'answer' && entry.orderId ? [entry.orderId] : [],
  );
  expect(orders.length).toBeGreaterThan(0);
  expect(new Set(orders).size).toBe(measurements.of(0).succeeded + measurements.of(1).succeeded);
  expect(placed.length).toBeGreaterThan(0);
  // In a second and a half, and what is answered after it: not more, as each is followed by somebody.
  expect(placed.length).toBeLessThanOrEqual(namedPerSecond * 2);
  expect(orders).toEqual(expect.arrayContaining(placed));
  expect(entries.at(-1)?.type).toBe('end');
}, 60_000);
