import { randomInt } from 'node:crypto';
import { join, relative } from 'node:path';
import { brokenGates } from '../../../loadtest/gates.ts';
import { type Goal, goalRows, goalTable, notJudged } from '../../../loadtest/goals.ts';
import { prepareStack } from '../../../loadtest/prepared-stack.ts';
import { writeReport } from '../../../loadtest/report/write-report.ts';
import type { RunResult } from '../../../loadtest/result.ts';
import { type RunOptions, runScenario } from '../../../loadtest/run-scenario.ts';
import { gated, type Scenario, scenarios, type Wishes } from '../../../loadtest/scenarios.ts';
import { readSla, type Sla } from '../../../loadtest/sla.ts';
import { repositoryRoot } from '../../docker/repository.ts';
import { parseEntrance } from '../../stack/entrance.ts';
import { durationFlag, integerFlag, numberFlag, parseFlags } from '../../stack/flags.ts';
import { chosenServices } from '../../stack/profiles.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const list = scenarios().map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`);

export const command: Command = {
  summary: 'Send a load to the running stack and hold it to what is promised',
  usage: `Usage: ./coffee loadtest [options] [scenario…]

Sends requests when they are due, whatever becomes of earlier ones, and counts from then (open loop); every customer has
a token and an address of her own, so that all limits stay on. Then it waits until the platform has nothing left to do
and looks for every order. Without a scenario: ${gated.join(', ')}. Reports are in .coffee/loadtest; figures of this
machine are kept in loadtest/history. Exit code 1 with a line for each gate of loadtest/sla.json that is broken.
Without a scenario it ends with the goals that it has not judged, and the command for each: ten minutes of restarts are not
part of it, nor are benchmarks.

${list.join('\n')}

  --rate N         requests a second; the first step of capacity
  --duration TIME  how long the load is held; each step of capacity
  --through WHAT   edge, or producer
  --paid N         of crypto, the orders a second that the demo wallet pays (5); each must be on the chain in the end
  --seed N         repeats a run: the same orders at the same times (random)`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'loadtest',
      args,
      {
        rate: { type: 'string' },
        duration: { type: 'string' },
        through: { type: 'string' },
        paid: { type: 'string' },
        seed: { type: 'string' },
      },
      true,
    );
    const { rate, duration, through, paid, seed } = values;
    const chosen = choose(positionals.length > 0 ? positionals : gated, {
      rate: rate === undefined ? undefined : numberFlag('rate', rate, { least: 1, most: 50_000 }),
      durationMs: duration === undefined ? undefined : durationFlag('duration', duration),
      through: through === undefined ? undefined : parseEntrance(through),
      paidPerSecond: paid === undefined ? undefined : numberFlag('paid', paid, { least: 1, most: 20 }),
    });
    const drawn =
      seed === undefined ? randomInt(2 ** 31) : integerFlag('seed', seed, { least: 0, most: 2 ** 32 - 1 });
    await requirePayments(chosen, signal);
    const sla = await readSla();
    await using prepared = await step('Preparing the edge and the producer for a load from one machine', () =>
      prepareStack(signal),
    );
    const rows: Goal[] = [];
    const results: RunResult[] = [];
    let brokenCount = 0;
    for (const scenario of chosen) {
      const { result, broken } = await runOne(scenario, sla, { seed: drawn, env: prepared.env }, signal);
      results.push(result);
      rows.push(...goalRows(result, sla, broken));
      brokenCount += broken.length;
    }
    const surroundings = results.at(-1)?.circumstances;
    if (surroundings) console.log(goalTable(rows, surroundings));
    const names = chosen.map(({ name }) => name).join(', ');
    if (brokenCount === 0) say(`${names}: all gates held, by the loads that the rows above name.`);
    else
      say(
        `${names}: ${brokenCount} gates are broken. The reports show when; ./coffee profile producer shows why.`,
      );
    // Who names a scenario wants to know that one.
    if (positionals.length === 0) for (const goal of notJudged(results)) say(`Not judged here: ${goal}`);
    return brokenCount === 0 ? 0 : 1;
  },
};

function choose(names: readonly string[], wishes: Wishes): Scenario[] {
  const all = scenarios(wishes);
  return names.map((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    if (found) return found;
    const known = all.map(({ name }) => name).join(', ');
    throw new UserError(`There is no scenario "${wanted}".`, `There are: ${known}.`);
  });
}

/** @throws UserError when orders are to be paid on the chain, and nothing of the stack does that. */
async function requirePayments(chosen: readonly Scenario[], signal: AbortSignal): Promise<void> {
  const crypto = chosen.find(({ mix }) => mix.paymentMethod === 'crypto');
  if (!crypto || (await chosenServices(signal)).includes('web3-payment')) return;
  throw new UserError(
    `The scenario ${crypto.name} needs web3-payment, which this stack does not have.`,
    'Choose another scenario, or profiles with that service.',
  );
}

async function runOne(
  scenario: Scenario,
  sla: Sla,
  { seed, env }: Pick<RunOptions, 'seed' | 'env'>,
  signal: AbortSignal,
) {
  const title = `${scenario.name}: ${scenario.summary}, at the ${scenario.through}, seed ${seed}`;
  const result = await step(title, ({ note }) => runScenario({ scenario, sla, env, seed, signal, note }));
  const broken = brokenGates(result, sla);
  const { markdown, page } = await writeReport(
    result,
    sla,
    broken,
    join(repositoryRoot, '.coffee', 'loadtest'),
  );
  console.log(markdown);
  for (const gate of broken) say(`✗ ${scenario.name}: ${gate}`);
  say(`The report with charts: ${relative(process.cwd(), page)}`);
  return { result, broken };
}
