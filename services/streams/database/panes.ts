import type { Database, Transaction } from '#platform/database/database.ts';
import { type Aggregate, mergeAggregate } from '../domain/aggregate.ts';
import { paneKind } from '../domain/windows.ts';
import { instant } from './instants.ts';

/** Adds to a partition's part of panes, by the time when they begin. Nobody else writes it while the fence holds. */
export async function addToPanes(
  transaction: Transaction,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  panes: ReadonlyMap<number, Aggregate>,
): Promise<void> {
  if (panes.size === 0) return;
  const { rows } = await transaction.raw<{ rows: { starts_at: Date; aggregate: Aggregate }[] }>(
    `select starts_at, aggregate from streams.panes
      where topic = ? and partition = ? and starts_at = any(?::timestamptz[])`,
    [topic, partition, [...panes.keys()].map(instant)],
  );
  const stored = new Map(rows.map(({ starts_at, aggregate }) => [starts_at.getTime(), aggregate]));
  const records = [...panes].map(([startsAt, added]) => {
    const aggregate = stored.get(startsAt);
    if (!aggregate) return { starts_at: instant(startsAt), aggregate: added };
    mergeAggregate(aggregate, added);
    return { starts_at: instant(startsAt), aggregate };
  });
  await transaction.raw(
    `insert into streams.panes (starts_at, topic, partition, aggregate)
     select starts_at, ?, ?, aggregate
       from jsonb_to_recordset(?::jsonb) as record (starts_at timestamptz, aggregate jsonb)
     on conflict (starts_at, topic, partition) do update set aggregate = excluded.aggregate`,
    [topic, partition, JSON.stringify(records)],
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
