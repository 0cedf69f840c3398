import type { Database } from '#platform/database/database.ts';

/** What can be exported: the views that business intelligence reads. */
export const exportTables = {
  history: {
    view: 'streams.history_v1',
    text: [],
    summary: 'orders, items, revenue, refunds and the funnel',
  },
  stages: { view: 'streams.history_stages_v1', text: ['stage'], summary: 'P50, P95 and P99 of each stage' },
  payments: {
    view: 'streams.history_payments_v1',
    text: ['currency', 'step'],
    summary: 'payments on chains by currency, and what became of them',
  },
  products: { view: 'streams.history_products_v1', text: ['product_id'], summary: 'what was sold' },
} as const;
export type ExportTable = keyof typeof exportTables;

/** A column, its values in the order of the rows. */
export interface Column {
  readonly name: string;
  readonly type: 'time' | 'text' | 'number';
  readonly values: readonly (Date | string | number | null)[];
}

export interface ExportRange {
  readonly grain: 'hour' | 'day';
  readonly from: Date;
  readonly until: Date;
}

/** Reads a view's rows of hours or days from `from` on and before `until`, in the order of time. */
export async function readTable(
  database: Database,
  table: ExportTable,
  { grain, from, until }: ExportRange,
): Promise<Column[]> {
  const { view, text } = exportTables[table];
  const { rows, fields } = await database.raw<{ rows: Row[]; fields: { name: string }[] }>(
    `select * from ${view} where grain = :grain and starts_at >= :from and starts_at < :until
      order by starts_at${text.map((name) => `, ${name}`).join('')}`,
    { grain, from: from.toISOString(), until: until.toISOString() },
  );
  const typeOf = (name: string): Column['type'] => {
    if (name === 'starts_at') return 'time';
    return name === 'grain' || (text as readonly string[]).includes(name) ? 'text' : 'number';
  };
  return fields.map(({ name }) => ({
    name,
    type: typeOf(name),
    values: rows.map((row) => row[name] ?? null),
  }));
}

type Row = Readonly<Record<string, Date | string | number | null>>;
