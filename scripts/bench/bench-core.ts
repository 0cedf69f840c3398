import type { Database } from '#platform/database/database.ts';
import { databasePassword, startPostgres } from '#platform/testing/containers.ts';
import { createMigratedDatabase } from '#platform/testing/test-database.ts';
import { schema } from '../../services/consumer/database/migrations.ts';
import { applyBatch } from '../../services/consumer/database/order-book.ts';
import { composeCommand } from '../docker/compose.ts';
import { type Figure, figure } from '../nightly/suite.ts';
import { createRawTables, insertRaw, rowsOf } from './raw-insert.ts';
import { decoded, placeCommands } from './sample-commands.ts';
import { fillOrderBook } from './stored-orders.ts';

/** Orders in one transaction: what a busy consumer takes at once. */
const batchSize = 500;
const warmUpRounds = 5;
const rounds = 24;

export const rawRatio = 'consumer ÷ raw multi-row insert of the same rows, orders/s';
export const storedRatio = 'cost of an order with all stored ÷ with none';

/** What does not hold, in words. */
export function gates(figures: readonly Figure[]): string[] {
  const value = (name: string): number => Number(figures.find((found) => found.name === name)?.value);
  return [
    ...(value(rawRatio) >= 0.4 ? [] : [`${rawRatio}: ${value(rawRatio)}, must be at least 0.4`]),
    ...(value(storedRatio) <= 1.1 ? [] : [`${storedRatio}: ${value(storedRatio)}, must be at most 1.1`]),
  ];
}

/**
 * Measures what the consumer makes of a batch of new orders: against a raw insert of the same rows, and with `stored`
 * orders in the book against none. PostgreSQL runs with Compose's settings. Rounds alternate, so that a busy machine
 * slows all of them down alike; the medians count.
 */
export async function benchCore(stored: number, note: (text: string) => void): Promise<Figure[]> {
  await using server = await startPostgres(await composeCommand('postgres'));
  const address = { host: server.getHost(), port: server.getPort(), password: databasePassword };
  const roles = ['consumer', 'producer'];
  await using empty = await createMigratedDatabase(address, roles, [schema]);
  await using full = await createMigratedDatabase(address, roles, [schema]);
  await createRawTables(empty.database);
  await fillOrderBook(full.options, stored, (count) => note(`${count} orders stored`));

  const times = { empty: [] as number[], full: [] as number[], raw: [] as number[] };
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    if (round % 8 === 0) note(`round ${round} of ${warmUpRounds + rounds}`);
    const measured = {
      empty: await timeConsumer(empty.database),
      full: await timeConsumer(full.database),
      raw: await timeRaw(empty.database),
    };
    if (round < warmUpRounds) continue;
    for (const name of ['empty', 'full', 'raw'] as const) times[name].push(measured[name]);
  }
  const [consumerMs, fullMs, rawMs] = [median(times.empty), median(times.full), median(times.raw)];
  const perSecond = (ms: number): number => Math.round((batchSize / ms) * 1000);
  return [
    figure('orders in a batch', batchSize),
    figure('orders stored', stored),
    figure('consumer', perSecond(consumerMs), 'orders/s'),
    figure('raw multi-row insert of the same rows', perSecond(rawMs), 'orders/s'),
    figure('consumer with all stored', perSecond(fullMs), 'orders/s'),
    figure(rawRatio, rawMs / consumerMs),
    figure(storedRatio, fullMs / consumerMs),
  ];
}

/** Milliseconds from the messages of a batch to the commit of their effects. */
async function timeConsumer(database: Database): Promise<number> {
  const { messages, contexts } = placeCommands(batchSize);
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
    commands.map(({ id }) => id),
    commands.map(({ orderId }) => orderId),
  );
  const startedAt = performance.now();
  await insertRaw(database, rows);
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
