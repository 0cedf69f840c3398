import { randomInt } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { DemoPayer } from '../../payments/demo-payer.ts';
import { entranceUrl, parseEntrance } from '../../stack/entrance.ts';
import { durationFlag, integerFlag, numberFlag, parseFlags } from '../../stack/flags.ts';
import { readHostSecrets } from '../../stack/host-secrets.ts';
import { readSettings } from '../../stack/settings.ts';
import { tokensOf } from '../../stack/tokens.ts';
import { newJournalPath } from '../../traffic/journal-path.ts';
import { progressLine, summary } from '../../traffic/report.ts';
import { type DayResult, runDay } from '../../traffic/run-day.ts';
import type { Command } from '../commands.ts';
import { step } from '../progress.ts';

export const command: Command = {
  summary: 'Send a realistic stream of orders and journal every answer',
  usage: `Usage: ./coffee traffic [options]

A day of customers, compressed into the duration: morning and lunch peaks, regulars with favourites, double clicks,
mistakes, changes of mind; baristas move the orders on. Each answer is on disk before it counts; ./coffee reconcile compares the journal with Kafka and PostgreSQL.
Ctrl-C ends the day early with a complete journal.

  --rate N         customers a second, the day's mean (20)
  --duration TIME  how long the day takes, such as 30s or 5m (60s)
  --through WHAT   producer, or edge, which refuses more than EDGE_REQUESTS_PER_ADDRESS (producer)
  --pace N         how slow the baristas are: 2 takes twice as long (1)
  --crypto SHARE   how many customers pay on the local chain, 0 to 1 (0)
  --no-kitchen     nobody serves the orders
  --customers N    how many different customers there are; each may ask 100 times a minute (4 for each a second, or 500)
  --seed N         repeats a day: the same customers want the same at the same time (random)
  --journal FILE   where the answers go (.coffee/journals/<time>.jsonl)`,

  async run(args, signal) {
    const { values } = parseFlags('traffic', args, {
      rate: { type: 'string', default: '20' },
      duration: { type: 'string', default: '60s' },
      customers: { type: 'string' },
      seed: { type: 'string' },
      journal: { type: 'string' },
      through: { type: 'string', default: 'producer' },
      pace: { type: 'string', default: '1' },
      crypto: { type: 'string', default: '0' },
      'no-kitchen': { type: 'boolean', default: false },
    });
    const rate = numberFlag('rate', values.rate, { least: 0.1, most: 2_000 });
    const durationMs = durationFlag('duration', values.duration);
    const customers =
      values.customers === undefined
        ? Math.max(500, Math.ceil(4 * rate))
        : integerFlag('customers', values.customers, { least: 1, most: 1_000_000 });
    const seed =
      values.seed === undefined
        ? randomInt(2 ** 31)
        : integerFlag('seed', values.seed, { least: 0, most: 2 ** 32 - 1 });
    const journalPath = values.journal ? resolve(values.journal) : newJournalPath();
    const pace = numberFlag('pace', values.pace, { least: 0.01, most: 100 });
    const settings = await readSettings();
    const url = entranceUrl(settings, parseEntrance(values.through));
    const { tls, tokenSecret } = await readHostSecrets(settings, signal);
    const kafka = { broker: settings.kafkaBroker, tls };
    const [authority, tokens] = [tls?.material.ca, tokensOf(tokenSecret)];
    const cryptoShare = numberFlag('crypto', values.crypto, { least: 0, most: 1 });
    using payer = cryptoShare > 0 ? await DemoPayer.open(settings, signal) : undefined;
    const paying = payer ? { payCrypto: (orderId: string) => payer.pay(orderId) } : {};
    const kitchen = values['no-kitchen'] ? {} : { kitchen: { kafka, pace, finishWithinMs, ...paying } };
    // SIGINT calls the day off, and what is open stays open.
    const closing = new AbortController();
    process.once('SIGUSR2', () => closing.abort());
    const title = `A day of customers in ${values.duration}, ${rate}/s, seed ${seed}`;
    const result = await withProgress(title, (onStart) =>
      runDay(
        {
          ...{
            producerUrl: url,
            authority,
            tokens,
            rate,
            durationMs,
            seed,
            customers,
            cryptoShare,
            journalPath,
            ...kitchen,
          },
          closing: closing.signal,
        },
        signal,
        onStart,
      ),
    );
    for (const line of summary(result, relative(process.cwd(), journalPath))) console.log(line);
    return result.statistics.errorCount > 0 ? 1 : 0;
  },
};

// What the baristas get for the orders that are open at closing time.
const finishWithinMs = 90_000;

type Run = Parameters<typeof runDay>[2];

/** A live line in a terminal, a line every ten seconds in a log. */
async function withProgress(title: string, run: (onStart: Run) => Promise<DayResult>): Promise<DayResult> {
  return step(title, async ({ note }) => {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await run((statistics) => {
        timer = setInterval(() => note(progressLine(statistics)), process.stderr.isTTY ? 500 : 10_000);
      });
    } finally {
      clearInterval(timer);
    }
  });
}
