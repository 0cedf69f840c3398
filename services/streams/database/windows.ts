import type { WindowKind } from '#contracts/events/analytics.ts';
import type { AnalyticsWindowQuery } from '#contracts/http/analytics.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Aggregate } from '../domain/aggregate.ts';
import type { Window } from '../domain/windows.ts';
import { instant } from './instants.ts';

/** A window whose figures are final. */
export interface ClosedWindow extends Window {
  readonly aggregate: Aggregate;
}

/** A closed window as it is stored. */
export interface StoredWindow extends ClosedWindow {
  /** Grows with the time of closing. */
  readonly id: number;
  readonly closedAt: number;
}

export async function insertWindows(
  transaction: Transaction,
  windows: readonly ClosedWindow[],
): Promise<void> {
  if (windows.length === 0) return;
  const records = windows.map(({ kind, startsAt, endsAt, aggregate }) => ({
    kind,
    starts_at: instant(startsAt),
    ends_at: instant(endsAt),
    aggregate,
  }));
  await transaction.raw(
    `insert into streams.windows (kind, starts_at, ends_at, aggregate)
     select kind, starts_at, ends_at, aggregate
       from jsonb_to_recordset(?::jsonb) as record
         (kind text, starts_at timestamptz, ends_at timestamptz, aggregate jsonb)
      order by ends_at, kind`,
    [JSON.stringify(records)],
  );
}

/** Windows of a kind that begin from `from` on and before `before`, in milliseconds since the epoch, in their order. */
export async function windowsBetween(
  database: Database | Transaction,
  kind: WindowKind,
  from: number,
  before: number,
): Promise<StoredWindow[]> {
  const { rows } = await database.raw<{ rows: WindowRow[] }>(
    `select id, kind, starts_at, ends_at, aggregate, closed_at from streams.windows
      where kind = ? and starts_at >= ? and starts_at < ? order by starts_at`,
    [kind, instant(from), instant(before)],
  );
  return rows.map(stored);
}

/** Windows of a kind, newest first. */
export async function latestWindows(
  database: Database,
  { kind, startsFrom, startsBefore, limit }: AnalyticsWindowQuery,
): Promise<StoredWindow[]> {
  const { rows } = await database.raw<{ rows: WindowRow[] }>(
    `select id, kind, starts_at, ends_at, aggregate, closed_at from streams.windows
      where kind = :kind and starts_at >= :from and starts_at < :before order by starts_at desc limit :limit`,
    { kind, from: startsFrom ?? '-infinity', before: startsBefore ?? 'infinity', limit },
  );
  return rows.map(stored);
}

/** Windows after the one with this id, in the order of their closing. */
export async function windowsAfter(database: Database, id: number, limit: number): Promise<StoredWindow[]> {
  const { rows } = await database.raw<{ rows: WindowRow[] }>(
    `select id, kind, starts_at, ends_at, aggregate, closed_at from streams.windows
      where id > ? order by id limit ?`,
    [id, limit],
  );
  return rows.map(stored);
}

/** The id of the window that was closed as the last but `count`; 0 when there are not so many. */
export async function idOfLatestBut(database: Database, count: number): Promise<number> {
  const { rows } = await database.raw<{ rows: { id: number }[] }>(
    'select id from streams.windows order by id desc offset ? limit 1',
    [count],
  );
  return rows[0]?.id ?? 0;
}

/** The oldest windows that were not published. */
export async function unpublishedWindows(transaction: Transaction, limit: number): Promise<StoredWindow[]> {
  const { rows } = await transaction.raw<{ rows: WindowRow[] }>(
    `select id, kind, starts_at, ends_at, aggregate, closed_at from streams.windows
      where published_at is null order by id limit ?`,
    [limit],
  );
  return rows.map(stored);
}

interface WindowRow {
  readonly id: number;
  readonly kind: WindowKind;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly aggregate: Aggregate;
  readonly closed_at: Date;
}

const stored = ({ id, kind, starts_at, ends_at, aggregate, closed_at }: WindowRow): StoredWindow => ({
  id,
  kind,
  startsAt: starts_at.getTime(),
  endsAt: ends_at.getTime(),
  aggregate,
  closedAt: closed_at.getTime(),
});
