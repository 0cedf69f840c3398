import { untilHealthy } from '../docker/container-health.ts';
import { DemoPayer } from '../payments/demo-payer.ts';
import { reconcileJournal } from '../reconcile/reconcile-journal.ts';
import { connectDatabase } from '../stack/database.ts';
import { readSettings, type StackSettings } from '../stack/settings.ts';
import { kitchenAtStack, shopAtStack } from '../traffic/at-stack.ts';
import { newJournalPath } from '../traffic/journal-path.ts';
import { progressLine } from '../traffic/report.ts';
import { runDay } from '../traffic/run-day.ts';
import { figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const defaultOrders = 10_000;
const rate = 50;
// Some customers come twice, make mistakes or change their minds: a few more have to come.
const durationMs = Math.ceil((defaultOrders * 1.08) / rate) * 1_000;
const healthyWithinMs = 60_000;
const finishWithinMs = 300_000;
const reconcileWithinMs = 180_000;

/** Orders that are all paid on the local chain, many in a transaction; each is settled once and none is served before. */
export const settlement: Suite = {
  name: 'settlement',
  summary: `${defaultOrders} orders, all paid by crypto on the local chain in batches, then reconcile with the chain`,
  budgetMinutes: 20,
  run: settle,
};

interface Gas {
  readonly transactions: number;
  readonly payments: number;
  readonly gas: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** What the demo wallet's transactions since then took together. */
async function gasOf(settings: StackSettings, since: Date, signal: AbortSignal): Promise<Gas | undefined> {
  const database = await connectDatabase(settings, signal);
  try {
    const { rows } = await database.raw<{ rows: Gas[] }>(
      `select count(distinct t.id)::int as transactions, count(*)::int as payments,
              (select sum(gas_used)::text from payments.transactions where purpose = 'pay' and created_at >= :since) as gas,
              min(p.created_at) as "firstAt", max(p.settled_at) as "lastAt"
         from payments.payments p join payments.transactions t on t.id = p.demo_transaction_id
        where p.settled_at is not null and t.created_at >= :since`,
      { since },
    );
    return rows[0];
  } finally {
    await database.destroy();
  }
}

async function settle({ signal, seed, note }: SuiteContext): Promise<SuiteOutcome> {
  const settings = await readSettings();
  for (const part of ['producer', 'consumer', 'web3-payment', 'anvil'] as const)
    await untilHealthy(part, healthyWithinMs, signal);
  const since = new Date();
  const path = newJournalPath('settlement');
  using payer = await DemoPayer.open(settings, signal);
  let timer: NodeJS.Timeout | undefined;
  const day = await runDay(
    {
      ...{ rate, durationMs, seed, journalPath: path, customers: 5_000, cryptoShare: 1 },
      ...(await shopAtStack(settings, signal)),
      kitchen: await kitchenAtStack(settings, finishWithinMs, signal, payer),
    },
    signal,
    (statistics) => {
      timer = setInterval(() => note(progressLine(statistics)), 10_000);
    },
  ).finally(() => clearInterval(timer));
  note('reconciling with the chain');
  const report = await reconcileJournal({ path, settings, timeoutMs: reconcileWithinMs, signal });
  const gas = await gasOf(settings, since, signal);
  const seconds = gas ? (gas.lastAt.getTime() - gas.firstAt.getTime()) / 1_000 : 0;
  const payments = gas?.payments ?? 0;
  const { lost, duplicated, stuck, servedUnpaid, paidTwice, paidNotServed, figures } = report;
  const wrong = { lost, duplicated, stuck, 'served unpaid': servedUnpaid, 'paid twice': paidTwice };
  const named = Object.entries({ ...wrong, 'paid and not served': paidNotServed });
  return {
    figures: [
      figure('orders accepted', figures.accepted),
      figure('settled on the chain', payments),
      figure('transactions', gas?.transactions ?? 0),
      figure('payments a transaction', gas ? payments / gas.transactions : 0),
      figure('gas an order', gas ? Number(BigInt(gas.gas) / BigInt(Math.max(1, payments))) : 0, 'gas'),
      figure('orders settled a second', seconds > 0 ? payments / seconds : 0, '/s'),
      figure('paid on the chain, as the chain says', figures.paidOnChain),
      figure('left open', day.leftOpen),
      ...named.map(([name, count]) => figure(name, count)),
    ],
    failures: [
      ...named.flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : [])),
      ...(payments < defaultOrders * 0.9 ? [`only ${payments} orders were settled`] : []),
      ...(day.statistics.errorCount > 0
        ? [`${day.statistics.errorCount} answers were not what they must be`]
        : []),
    ],
  };
}
