import type { Database, Transaction } from '#platform/database/database.ts';
import { type Aggregate, mergeAggregate } from '../domain/aggregate.ts';
import { paneKind } from '../domain/windows.ts';
import { instant } from './instants.ts';

/** What is added to a partition's part of panes, by the time when they begin. */
export interface PaneParts {
  readonly partition: number;
  readonly panes: ReadonlyMap<number, Aggregate>;
}

/** Adds to partitions' parts of panes. Nobody else writes them while the fence holds. */
export async function addToPanes(
  transaction: Transaction,
  topic: string,
  parts: readonly PaneParts[],
): Promise<void> {
  const added = parts.flatMap(({ partition, panes }) =>
    [...panes].map(([startsAt, aggregate]) => ({ partition, startsAt, aggregate })),
  );
  if (added.length === 0) return;
  const { rows } = await transaction.raw<{
    rows: { starts_at: Date; partition: number; aggregate: Aggregate }[];
  }>(
    `select starts_at, partition, aggregate from streams.panes
      where topic = ? and partition = any(?::int[]) and starts_at = any(?::timestamptz[])`,
    [
      topic,
      [...new Set(added.map(({ partition }) => partition))],
      [...new Set(added.map(({ startsAt }) => startsAt))].map(instant),
    ],
  );
  const keyOf = (partition: number, startsAt: number): string => `${partition}/${startsAt}`;
  const stored = new Map(
    rows.map(({ starts_at, partition, aggregate }) => [keyOf(partition, starts_at.getTime()), aggregate]),
  );
  const records = added.map(({ partition, startsAt, aggregate }) => {
    const sum = stored.get(keyOf(partition, startsAt));
    if (sum) mergeAggregate(sum, aggregate);
    return { starts_at: instant(startsAt), partition, aggregate: sum ?? aggregate };
  });
  await transaction.raw(
    `insert into streams.panes (starts_at, topic, partition, aggregate)
     select starts_at, ?, partition, aggregate
       from jsonb_to_recordset(?::jsonb) as record (starts_at timestamptz, partition int, aggregate jsonb)
     on conflict (starts_at, topic, partition) do update set aggregate = excluded.aggregate`,
    [topic, JSON.stringify(records)],
  );
}

/** When the first pane begins that is open, in milliseconds since the epoch; undefined when there is none. */
export async function firstPane(transaction: Transaction): Promise<number | undefined> {
  const { rows } = await transaction.raw<{ rows: { first: Date | null }[] }>(
    'select min(starts_at) as first from streams.panes',
  );
  return rows[0]?.first?.getTime();
}

/** Removes the panes that begin before `before` and returns their parts, by the time when they begin. */
export async function takeParts(transaction: Transaction, before: number): Promise<Map<number, Aggregate[]>> {
  const { rows } = await transaction.raw<{ rows: { starts_at: Date; aggregate: Aggregate }[] }>(
    'delete from streams.panes where starts_at < ? returning starts_at, aggregate',
    [instant(before)],
  );
  const parts = new Map<number, Aggregate[]>();
  for (const { starts_at, aggregate } of rows) {
    const startsAt = starts_at.getTime();
    parts.set(startsAt, [...(parts.get(startsAt) ?? []), aggregate]);
  }
  return parts;
}

/** What is known from `from` on, in milliseconds since the epoch: panes that are open, and those that are closed. */
export async function recentPanes(
  database: Database,
  from: number,
): Promise<{ startsAt: number; aggregate: Aggregate }[]> {
  const { rows } = await database.raw<{ rows: { starts_at: Date; aggregate: Aggregate }[] }>(
    `select starts_at, aggregate from streams.panes where starts_at >= :from
     union all
     select starts_at, aggregate from streams.windows where kind = :kind and starts_at >= :from`,
    { from: instant(from), kind: paneKind },
  );
  return rows.map(({ starts_at, aggregate }) => ({ startsAt: starts_at.getTime(), aggregate }));
}
