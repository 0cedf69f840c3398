import { ROOT_CONTEXT } from '@opentelemetry/api';
import { inject } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { MessageContexts } from '#platform/kafka/tracing.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { schema } from '../database/migrations.ts';
import { applyBatch, type BatchOutcome } from '../database/order-book.ts';
import { decodeCommand } from '../domain/commands.ts';
import { messageOf } from './commands.ts';

/** An empty order book in a database of its own. */
export const createOrderBook = (): Promise<TestDatabase> =>
  createMigratedDatabase(inject('postgres'), ['consumer', 'producer'], [schema]);

/** Applies commands as one batch, as when they came from a partition. */
export function applyCommands(
  database: Database,
  commands: readonly OutgoingMessage[],
): Promise<BatchOutcome> {
  const messages = commands.map(messageOf);
  const contexts: MessageContexts = new Map(messages.map((message) => [message, ROOT_CONTEXT]));
  return applyBatch(database, messages.map(decodeCommand), contexts);
}
