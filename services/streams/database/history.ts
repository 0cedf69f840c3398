import type { Figures } from '#contracts/events/analytics.ts';
import type { Grain, HistoryQuery } from '#contracts/http/analytics.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type Aggregate, emptyAggregate, mergeAggregate } from '../domain/aggregate.ts';
import { figuresOf } from '../domain/figures.ts';
import { instant } from './instants.ts';

const grainMs = { hour: 3_600_000, day: 24 * 3_600_000 } as const satisfies Record<Grain, number>;

/** Something that has happened at a time, in milliseconds since the epoch. */
export interface Happened {
  readonly at: number;
  readonly aggregate: Aggregate;
}

/**
 * Adds to the hours and days, in UTC, of what has happened; they are kept for ever. Only who closes windows writes them,
 * one at a time.
 */
export async function addToHistory(transaction: Transaction, happened: readonly Happened[]): Promise<void> {
  for (const grain of ['hour', 'day'] as const) await addTo(transaction, grain, happened);
}

async function addTo(transaction: Transaction, grain: Grain, happened: readonly Happened[]): Promise<void> {
  const added = new Map<number, Aggregate>();
  for (const { at, aggregate } of happened) {
    const startsAt = Math.floor(at / grainMs[grain]) * grainMs[grain];
    const sum = added.get(startsAt) ?? emptyAggregate();
    mergeAggregate(sum, aggregate);
    added.set(startsAt, sum);
  }
  if (added.size === 0) return;
  const { rows } = await transaction.raw<{ rows: { starts_at: Date; aggregate: Aggregate }[] }>(
    'select starts_at, aggregate from streams.history where grain = ? and starts_at = any(?::timestamptz[])',
    [grain, [...added.keys()].map(instant)],
  );
  for (const { starts_at, aggregate } of rows) {
    const sum = added.get(starts_at.getTime());
    if (sum) mergeAggregate(sum, aggregate);
  }
  const records = [...added].map(([startsAt, aggregate]) => ({
    starts_at: instant(startsAt),
    aggregate,
    // What SQL can't work out from a sketch.
    figures: figuresOf(aggregate),
  }));
  await transaction.raw(
    `insert into streams.history (grain, starts_at, aggregate, figures)
     select ?, starts_at, aggregate, figures
       from jsonb_to_recordset(?::jsonb) as record (starts_at timestamptz, aggregate jsonb, figures jsonb)
     on conflict (grain, starts_at) do update
       set aggregate = excluded.aggregate, figures = excluded.figures, updated_at = now()`,
    [grain, JSON.stringify(records)],
  );
}

type Stored = Omit<Figures, 'payments'> & Partial<Pick<Figures, 'payments'>>;

/** Hours or days, the latest first. */
export async function latestHistory(
  database: Database,
  { grain, startsFrom, startsBefore, limit }: HistoryQuery,
): Promise<(Figures & { startsAt: string })[]> {
  const { rows } = await database.raw<{ rows: { starts_at: Date; figures: Stored }[] }>(
    `select starts_at, figures from streams.history
      where grain = :grain and starts_at >= :from and starts_at < :before order by starts_at desc limit :limit`,
    { grain, from: startsFrom ?? '-infinity', before: startsBefore ?? 'infinity', limit },
  );
  // Those of before payments were read say nothing of any.
  return rows.map(({ starts_at, figures }) => ({
    startsAt: starts_at.toISOString(),
    ...figures,
    payments: figures.payments ?? {},
  }));
}
