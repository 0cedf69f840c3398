import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { createMigratedDatabase, type TestDatabase } from '#platform/testing/test-database.ts';
import { applyBatches, type BatchOptions, type BatchOutcome } from '../database/apply-batch.ts';
import { schema } from '../database/migrations.ts';
import { type Aggregate, mergedAggregate } from '../domain/aggregate.ts';
import { partitionBatches, type SourceMessage } from '../domain/source-event.ts';
import { sourceOf } from '../domain/sources.ts';
import type { TopicEnds } from '../domain/watermark.ts';
import { delivered } from './happenings.ts';

/** For the tests of a file: a database with the schema of this service, each time with nothing in it. */
export function useStreamsDatabase(): Pick<TestDatabase, 'database' | 'options'> {
  let prepared: TestDatabase;
  beforeAll(async () => {
    prepared = await createMigratedDatabase(inject('postgres'), ['streams'], [schema]);
  });
  beforeEach(() => empty(prepared.database));
  afterAll(() => prepared[Symbol.asyncDispose]());
  return {
    get database() {
      return prepared.database;
    },
    get options() {
      return prepared.options;
    },
  };
}

/** As after the migrations. */
export async function empty(database: Database): Promise<void> {
  await database.raw(
    'truncate streams.partitions, streams.order_memory, streams.panes, streams.windows, streams.untimely, streams.anomalies, streams.history',
  );
  await database.raw("update streams.clock set closed_before = 'epoch'");
}

/** Messages as a partition delivers them. */
export const fromPartition = (
  messages: readonly OutgoingMessage[],
  partition = 0,
  firstOffset = 0,
): SourceMessage[] =>
  messages.map((message, index) => {
    const incoming = delivered(message, partition, firstOffset + index);
    return { message: incoming, event: sourceOf(message.topic).read(incoming) };
  });

export const apply = (
  database: Database,
  batch: readonly SourceMessage[],
  options: Partial<BatchOptions> = {},
): Promise<BatchOutcome> =>
  applyBatches(database, batch[0]?.message.topic ?? '', partitionBatches(batch), {
    ...{ latest: Date.now(), skipGap: false },
    ...options,
  });

/** The ends of one partition of a topic that was read to its end, as somebody sees them at `takenAt`. */
export const allRead = (takenAt: number, topic = 'orders.v1'): TopicEnds => ({
  takenAt,
  ends: new Map([[`${topic}/0`, { low: 0, high: 0 }]]),
});

export const noPatience = {
  watermarkDelayMs: 0,
  allowedLatenessMs: 0,
  limits: { burstOrders: 50, velocityOrders: 10, signInFailures: 5 },
};

/** Closed windows of ten seconds, open panes and the side output: everything that was counted, from all of time. */
export async function everything(database: Database): Promise<Aggregate> {
  const { rows } = await database.raw<{ rows: { aggregate: Aggregate }[] }>(
    `select aggregate from streams.windows where kind = 'tumbling-10s'
     union all select aggregate from streams.panes
     union all select aggregate from streams.untimely`,
  );
  return mergedAggregate(rows.map(({ aggregate }) => aggregate));
}

/** All rows of a table. */
export const rowsOf = (database: Database, table: string): Promise<Record<string, unknown>[]> =>
  database.withSchema('streams').from(table).select('*');
