import { orderAcceptedType } from '#contracts/events/order-events.ts';
import type { Database } from '#platform/database/database.ts';

/** `NaN` of none: no limit holds for them. */
export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** By the platform's own record, from the moment at which the producer priced an order. */
export interface EndToEnd {
  /** Until the relay has taken its event, which it sees only when order and event are committed. */
  readonly processed: Percentiles;
  /** Until it was served, for those orders that baristas served. */
  readonly completed: Percentiles;
}

/** Columns of a query for `readPercentiles`. @param duration SQL of an interval */
export const percentiles = (duration: string): string =>
  `count(*)::int as count,
   (percentile_cont(array[0.5, 0.95, 0.99]) within group (order by extract(epoch from ${duration}) * 1000))::float8[] as ms`;

interface Row {
  readonly count: number;
  readonly ms: readonly [number, number, number] | null;
}

const percentilesOf = ({ count, ms }: Row): Percentiles => {
  const [p50Ms = Number.NaN, p95Ms = Number.NaN, p99Ms = Number.NaN] = ms ?? [];
  return { count, p50Ms, p95Ms, p99Ms };
};

/** @param query selects the columns of `percentiles`. */
export async function readPercentiles(
  database: Pick<Database, 'raw'>,
  query: string,
  values: unknown[],
): Promise<Percentiles> {
  const { rows } = await database.raw<{ rows: Row[] }>(query, values as never[]);
  return percentilesOf(rows[0] ?? { count: 0, ms: null });
}

/** How long the orders took that were placed in a time. */
export async function readEndToEnd(database: Pick<Database, 'raw'>, from: Date, to: Date): Promise<EndToEnd> {
  const read = (query: string, values: unknown[]): Promise<Percentiles> =>
    readPercentiles(database, query, values);
  return {
    processed: await read(
      `select ${percentiles('x.published_at - o.placed_at')}
         from orders.outbox x join orders.orders o on o.order_id = x.key::uuid
        where x.headers ->> 'ce_type' = ? and x.published_at is not null and o.placed_at between ? and ?`,
      [orderAcceptedType, from, to],
    ),
    completed: await read(
      `select ${percentiles('updated_at - placed_at')}
         from orders.orders where status = 'completed' and placed_at between ? and ?`,
      [from, to],
    ),
  };
}
