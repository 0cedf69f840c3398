import { randomInt } from 'node:crypto';
import { join, relative } from 'node:path';
import { toMarkdown, writeReport } from '../../chaos/report.ts';
import { type ChaosOptions, defaultOrders, runChaos } from '../../chaos/run-chaos.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { type FaultKind, faultKinds } from '../../fault/fault.ts';
import { durationFlag, integerFlag, numberFlag, parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const options = {
  seed: { type: 'string' },
  orders: { type: 'string' },
  duration: { type: 'string' },
  rate: { type: 'string', default: '100' },
  every: { type: 'string', default: '20s' },
  without: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const leastEveryMs = 5_000;

function kindsIn(text: string): FaultKind[] {
  return text.split(',').map((name) => {
    const kind = faultKinds.find((known) => known === name.trim());
    if (kind) return kind;
    throw new UserError(
      `--without is "${text}".`,
      `Give some of ${faultKinds.join(', ')}, separated by commas.`,
    );
  });
}

function parse(args: string[]): ChaosOptions & { json: boolean } {
  const { values } = parseFlags('chaos', args, options);
  const { seed, orders, duration, without } = values;
  const everyMs = durationFlag('every', values.every);
  if (everyMs < leastEveryMs) throw new UserError(`--every is "${values.every}".`, 'Give at least 5s.');
  return {
    seed:
      seed === undefined ? randomInt(2 ** 31) : integerFlag('seed', seed, { least: 0, most: 2 ** 32 - 1 }),
    orders: orders === undefined ? undefined : integerFlag('orders', orders, { least: 1, most: 100_000_000 }),
    durationMs: duration === undefined ? undefined : durationFlag('duration', duration),
    rate: numberFlag('rate', values.rate, { least: 1, most: 2_000 }),
    everyMs,
    without: without === undefined ? [] : kindsIn(without),
    json: values.json,
  };
}

export const command: Command = {
  summary: 'Order under random faults, then reconcile: nothing lost, doubled, stuck',
  usage: `Usage: ./coffee chaos [options]

Customers order at the running stack while one part after another is broken: latency, resets, cut answers, partitions,
kills, pauses and slow disks on kafka, postgres, redis, producer and consumer. Then everything is mended and reconciled.
The report is in .coffee/chaos. Exit code 1 on any finding, also when a fault could not be made.

  --seed N         repeats a run: the same faults at the same times, the same customers (random)
  --orders N       how many orders must be accepted (${defaultOrders})
  --duration TIME  how long customers come, instead of a number of orders
  --rate N         customers a second, the day's mean (100)
  --every TIME     from one fault to the next (20s)
  --without KINDS  kinds of faults that this host can't make, such as slow-disk
  --json           the report as JSON on standard output`,

  async run(args, signal) {
    const { json, ...chaos } = parse(args);
    const report = await step(`Chaos with seed ${chaos.seed}`, ({ note }) => runChaos(chaos, signal, note));
    const path = await writeReport(report, join(repositoryRoot, '.coffee', 'chaos'));
    console.log(json ? JSON.stringify(report, undefined, 2) : toMarkdown(report));
    const shown = `${relative(process.cwd(), path)}.md`;
    if (report.findings.length === 0) say(`Nothing was lost, doubled or stuck. The report is ${shown}.`);
    else say(`${report.findings.length} findings: see ${shown}, repeat with --seed ${chaos.seed}.`);
    return report.findings.length === 0 ? 0 : 1;
  },
};
