import type { Anomaly } from '#contracts/events/analytics.ts';
import type { AnomalyQuery } from '#contracts/http/analytics.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

export interface StoredAnomaly extends Anomaly {
  readonly id: number;
  readonly detectedAt: string;
}

export async function insertAnomalies(
  transaction: Transaction,
  anomalies: readonly Anomaly[],
): Promise<void> {
  if (anomalies.length === 0) return;
  const records = anomalies.map(({ kind, subject, startsAt, endsAt, observed, threshold }) => ({
    kind,
    subject,
    starts_at: startsAt,
    ends_at: endsAt,
    observed,
    threshold,
  }));
  await transaction.raw(
    `insert into streams.anomalies (kind, subject, starts_at, ends_at, observed, threshold)
     select kind, subject, starts_at, ends_at, observed, threshold
       from jsonb_to_recordset(?::jsonb) as record
         (kind text, subject text, starts_at timestamptz, ends_at timestamptz, observed integer, threshold integer)`,
    [JSON.stringify(records)],
  );
}

/** The latest ones first. */
export async function latestAnomalies(
  database: Database,
  { kind, before, limit }: AnomalyQuery,
): Promise<StoredAnomaly[]> {
  const { rows } = await database.raw<{ rows: AnomalyRow[] }>(
    `select id, kind, subject, starts_at, ends_at, observed, threshold, detected_at from streams.anomalies
      where (:kind::text is null or kind = :kind) and id < :before order by id desc limit :limit`,
    { kind: kind ?? null, before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows.map(stored);
}

/** The oldest ones that were not published. */
export async function unpublishedAnomalies(
  transaction: Transaction,
  limit: number,
): Promise<StoredAnomaly[]> {
  const { rows } = await transaction.raw<{ rows: AnomalyRow[] }>(
    `select id, kind, subject, starts_at, ends_at, observed, threshold, detected_at from streams.anomalies
      where published_at is null order by id limit ?`,
    [limit],
  );
  return rows.map(stored);
}

interface AnomalyRow {
  readonly id: number;
  readonly kind: Anomaly['kind'];
  readonly subject: string;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly observed: number;
  readonly threshold: number;
  readonly detected_at: Date;
}

const stored = (row: AnomalyRow): StoredAnomaly => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  startsAt: row.starts_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  observed: row.observed,
  threshold: row.threshold,
  detectedAt: row.detected_at.toISOString(),
});
