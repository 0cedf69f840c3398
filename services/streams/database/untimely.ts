import type { Transaction } from '#platform/database/database.ts';
import type { Aggregate } from '../domain/aggregate.ts';
import type { UntimelyObservation } from '../domain/fold-batch.ts';
import type { Happened } from './history.ts';
import { instant } from './instants.ts';

export interface StoredUntimely extends Omit<UntimelyObservation, 'facts'> {
  readonly id: number;
  readonly topic: string;
  readonly aggregate: Aggregate;
  readonly recordedAt: number;
}

export async function insertUntimely(
  transaction: Transaction,
  topic: string,
  untimely: readonly UntimelyObservation[],
): Promise<void> {
  if (untimely.length === 0) return;
  const records = untimely.map(({ orderId, token, at, reason, facts }) => ({
    order_id: orderId,
    token,
    occurred_at: instant(at),
    reason,
    aggregate: facts,
  }));
  await transaction.raw(
    `insert into streams.untimely (topic, order_id, token, occurred_at, reason, aggregate)
     select ?, order_id, token, occurred_at, reason, aggregate
       from jsonb_to_recordset(?::jsonb) as record
         (order_id uuid, token text, occurred_at timestamptz, reason text, aggregate jsonb)
     -- There already: it came again when the memory of its order had gone.
     on conflict (topic, order_id, token) do nothing`,
    [topic, JSON.stringify(records)],
  );
}

/** The oldest ones that were not published. */
export async function unpublishedUntimely(
  transaction: Transaction,
  limit: number,
): Promise<StoredUntimely[]> {
  const { rows } = await transaction.raw<{ rows: UntimelyRow[] }>(
    `select id, topic, order_id, token, occurred_at, reason, aggregate, recorded_at from streams.untimely
      where published_at is null order by id limit ?`,
    [limit],
  );
  return rows.map(({ id, topic, order_id, token, occurred_at, reason, aggregate, recorded_at }) => ({
    id,
    topic,
    orderId: order_id,
    token,
    at: occurred_at.getTime(),
    reason,
    aggregate,
    recordedAt: recorded_at.getTime(),
  }));
}

/**
 * Marks what is not in the history yet, and returns it: the late at the time when it happened, what comes from a clock that
 * is ahead at the time when it came.
 */
export async function takeForHistory(transaction: Transaction, limit: number): Promise<Happened[]> {
  const { rows } = await transaction.raw<{ rows: { at: Date; aggregate: Aggregate }[] }>(
    `update streams.untimely set in_history = true
      where id in (select id from streams.untimely where not in_history order by id limit ?)
      returning case reason when 'late' then occurred_at else recorded_at end as at, aggregate`,
    [limit],
  );
  return rows.map(({ at, aggregate }) => ({ at: at.getTime(), aggregate }));
}

interface UntimelyRow {
  readonly id: number;
  readonly topic: string;
  readonly order_id: string;
  readonly token: string;
  readonly occurred_at: Date;
  readonly reason: 'late' | 'future';
  readonly aggregate: Aggregate;
  readonly recorded_at: Date;
}
