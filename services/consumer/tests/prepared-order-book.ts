import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { MessageContexts } from '#platform/kafka/tracing.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { schema } from '../database/migrations.ts';
import { applyBatch } from '../database/order-book.ts';
import { decodeCommand } from '../domain/commands.ts';
import { messageOf } from './commands.ts';

/** For the tests of a file: an order book in a database of its own, each time with nothing in it. */
export function useOrderBook(): Pick<TestDatabase, 'database'> {
  let book: TestDatabase;
  beforeAll(async () => {
    book = await createMigratedDatabase(inject('postgres'), ['consumer', 'producer'], [schema]);
  });
  beforeEach(() =>
    book.database.raw(
      'truncate orders.orders, orders.open_orders, orders.order_conflicts, orders.command_refusals, orders.outbox',
    ),
  );
  afterAll(() => book[Symbol.asyncDispose]());
  return {
    get database() {
      return book.database;
    },
  };
}

/** How many commands had which outcome. */
export interface Outcomes {
  readonly opened: number;
  readonly changed: number;
  readonly conflicts: number;
  readonly refused: number;
  readonly repeats: number;
}

/** Applies commands as one batch, as when they came from a partition. */
export async function applyCommands(
  database: Database,
  commands: readonly OutgoingMessage[],
): Promise<Outcomes> {
  const messages = commands.map(messageOf);
  const contexts: MessageContexts = new Map(messages.map((message) => [message, ROOT_CONTEXT]));
  const { effects, repeats } = await applyBatch(database, messages.map(decodeCommand), contexts);
  const { opened, changed, conflicts, refused } = effects;
  return {
    opened: opened.length,
    changed: changed.length,
    conflicts: conflicts.length,
    refused: refused.length,
    repeats,
  };
}

export const outcomes = (change: Partial<Outcomes>): Outcomes => ({
  opened: 0,
  changed: 0,
  conflicts: 0,
  refused: 0,
  repeats: 0,
  ...change,
});
