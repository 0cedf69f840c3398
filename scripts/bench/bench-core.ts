import type { Database } from '#platform/database/database.ts';
import { databasePassword, startPostgres } from '#platform/testing/containers.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { schema } from '../../services/consumer/database/migrations.ts';
import { applyBatch } from '../../services/consumer/database/order-book.ts';
import { composeCommand } from '../docker/compose.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { mean } from './averages.ts';
import { createRawTables, insertRaw, rowsOf } from './raw-insert.ts';
import { actCommands, decoded, placeCommands } from './sample-commands.ts';
import { mostRatio } from './stored-limit.ts';
import { fillOrderBook } from './stored-orders.ts';

/** Orders in one transaction: what a busy consumer takes at once. */
const batchSize = 500;
const warmUpRounds = 30;
// From one checkpoint to the next and beyond: the first change of a page after one writes the whole page into the log, so that
// a new order among many others costs the most right after a checkpoint, and what counts is the mean.
const rounds = 150;
/** With fewer stored the orders of the measurement itself are most of the book. */
const fewest = 10_000;

/** What a barista does to an order that is served. */
const served = ['confirm-payment', 'prepare', 'mark-ready', 'complete'] as const;

export const rawRatio = 'consumer ÷ raw multi-row insert of the same rows, orders/s';
export const storedRatios = {
  place: 'cost of a new order with all stored ÷ with none',
  life: 'cost of an order until it is completed, with all stored ÷ with none',
} as const;

/** What does not hold, in words. */
export function gates(figures: readonly Figure[]): string[] {
  const value = (name: string): number => Number(figures.find((found) => found.name === name)?.value);
  const most = mostRatio(value('orders stored'));
  return [
    ...(value(rawRatio) >= 0.4 ? [] : [`${rawRatio}: ${value(rawRatio)}, must be at least 0.4`]),
    ...Object.values(storedRatios)
      .filter((name) => !(value(name) <= most))
      .map((name) => `${name}: ${value(name)}, must be at most ${most}`),
  ];
}

/** How many orders are stored at each checkpoint: a hundredth, a tenth and all; so few that nothing can be told are left out. */
export const checkpointsOf = (stored: number): number[] => [
  ...[stored / 100, stored / 10].map(Math.round).filter((count) => count >= fewest),
  stored,
];

/**
 * Measures what the consumer makes of a batch of orders: new ones against a raw insert of the same rows, and new ones and
 * their whole life with `stored` orders in the book against none, after a hundredth and a tenth of them. PostgreSQL runs with
 * Compose's settings. Rounds alternate, so that a busy machine slows all of them down alike, and their means count.
 */
export async function benchCore(stored: number, note: (text: string) => void): Promise<Figure[]> {
  await using server = await startPostgres(await composeCommand('postgres'));
  const address = { host: server.getHost(), port: server.getPort(), password: databasePassword };
  const smaller: Figure[] = [];
  for (const count of checkpointsOf(stored).slice(0, -1)) {
    const { cost } = await measureStored(address, count, note);
    smaller.push(
      figure(`cost of a new order with ${count} stored ÷ with none`, cost.place),
      figure(`cost of an order until it is completed, with ${count} stored ÷ with none`, cost.life),
    );
  }
  const { times, cost } = await measureStored(address, stored, note);
  const perSecond = (ms: readonly number[]): number => Math.round((batchSize / mean(ms)) * 1000);
  const of = (lives: readonly LifeMs[], what: keyof LifeMs): number[] => lives.map((life) => life[what]);
  return [
    figure('orders in a batch', batchSize),
    figure('orders stored', stored),
    figure('consumer, new orders', perSecond(of(times.empty, 'place')), 'orders/s'),
    figure('raw multi-row insert of the same rows', perSecond(times.raw), 'orders/s'),
    figure('consumer, new orders, with all stored', perSecond(of(times.full, 'place')), 'orders/s'),
    figure('consumer, orders until completed', perSecond(of(times.empty, 'life')), 'orders/s'),
    figure(
      'consumer, orders until completed, with all stored',
      perSecond(of(times.full, 'life')),
      'orders/s',
    ),
    figure(rawRatio, mean(times.raw) / mean(of(times.empty, 'place'))),
    ...smaller,
    figure(storedRatios.place, cost.place),
    figure(storedRatios.life, cost.life),
  ];
}

interface Times {
  readonly empty: LifeMs[];
  readonly full: LifeMs[];
  readonly raw: number[];
}

/** Times of batches with so many orders stored, with none, and of raw inserts; databases of its own, that are gone afterwards. */
async function measureStored(
  address: Parameters<typeof createMigratedDatabase>[0],
  stored: number,
  note: (text: string) => void,
): Promise<{ times: Times; cost: LifeMs }> {
  const roles = ['consumer', 'producer'];
  await using empty = await createMigratedDatabase(address, roles, [schema]);
  await using full = await createMigratedDatabase(address, roles, [schema]);
  await createRawTables(empty.database);
  await fillOrderBook(full.options, stored, (count) => note(`${count} of ${stored} orders stored`));

  const times: Times = { empty: [], full: [], raw: [] };
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    if (round % 8 === 0) note(`${stored} stored: round ${round} of ${warmUpRounds + rounds}`);
    // In turn: what runs second finds the processor's caches warm, or the disk busy with the first one's pages.
    const books = round % 2 === 0 ? ([empty, full] as const) : ([full, empty] as const);
    const lives = new Map<TestDatabase, LifeMs>();
    for (const book of books) lives.set(book, await timeLife(book.database));
    const rawMs = await timeRaw(empty.database);
    if (round < warmUpRounds) continue;
    times.empty.push(lives.get(empty) as LifeMs);
    times.full.push(lives.get(full) as LifeMs);
    times.raw.push(rawMs);
  }
  const ratio = (what: keyof LifeMs): number =>
    mean(times.full.map((life) => life[what])) / mean(times.empty.map((life) => life[what]));
  return { times, cost: { place: ratio('place'), life: ratio('life') } };
}

interface LifeMs {
  /** Until the orders are accepted. */
  readonly place: number;
  /** Until they are completed. */
  readonly life: number;
}

/** Milliseconds from the messages of a batch of new orders to the commit of their effects, and to their completion. */
async function timeLife(database: Database): Promise<LifeMs> {
  const placing = placeCommands(batchSize);
  const place = await timeBatch(database, placing);
  const orderIds = decoded(placing.messages).map(({ orderId }) => orderId);
  let life = place;
  for (const action of served) life += await timeBatch(database, actCommands(orderIds, action));
  return { place, life };
}

async function timeBatch(
  database: Database,
  { messages, contexts }: ReturnType<typeof placeCommands>,
): Promise<number> {
  const startedAt = performance.now();
  await applyBatch(database, decoded(messages), contexts);
  return performance.now() - startedAt;
}

async function timeRaw(database: Database): Promise<number> {
  const { messages, contexts } = placeCommands(batchSize);
  const commands = decoded(messages);
  await applyBatch(database, commands, contexts);
  const rows = await rowsOf(
    database,
    commands.map(({ orderId }) => orderId),
  );
  const startedAt = performance.now();
  await insertRaw(database, rows);
  return performance.now() - startedAt;
}
