import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';

const windows: Migration = {
  name: '0001-windows',
  up: async (transaction) => {
    await transaction.raw(`
      -- How far each partition was read: the fence of everything that its messages change.
      create table streams.partitions (
        topic text not null,
        partition integer not null,
        next_offset bigint not null,
        -- The latest time of its events.
        event_time timestamptz,
        updated_at timestamptz not null default now(),
        primary key (topic, partition)
      );

      -- One row: panes that begin before this are closed, for good.
      create table streams.clock (
        one boolean primary key default true check (one),
        closed_before timestamptz not null default 'epoch'
      );
      insert into streams.clock default values;

      -- What was counted of an order, and when it has reached what. Room on each page for new versions of its rows, none
      -- of whose indexed columns ever changes (heap-only tuples).
      create table streams.order_memory (
        topic text not null,
        order_id uuid not null,
        seen text[] not null,
        reached jsonb not null,
        first_seen_at timestamptz not null default now(),
        primary key (topic, order_id)
      ) with (fillfactor = 70);
      create index order_memory_by_time on streams.order_memory (first_seen_at);

      -- Open panes, a part for each partition, so that partitions never wait for each other.
      create table streams.panes (
        starts_at timestamptz not null,
        topic text not null,
        partition integer not null,
        aggregate jsonb not null,
        primary key (starts_at, topic, partition)
      ) with (fillfactor = 50);

      -- Closed windows, and at the same time the outbox of what is told of them.
      create table streams.windows (
        id bigint generated always as identity unique,
        kind text not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        aggregate jsonb not null,
        closed_at timestamptz not null default now(),
        published_at timestamptz,
        primary key (kind, starts_at)
      );
      create index windows_unpublished on streams.windows (id) where published_at is null;

      -- The side output: what came when its pane was closed, or from a clock that is ahead.
      create table streams.untimely (
        id bigint generated always as identity primary key,
        topic text not null,
        order_id uuid not null,
        token text not null,
        occurred_at timestamptz not null,
        reason text not null,
        aggregate jsonb not null,
        recorded_at timestamptz not null default now(),
        published_at timestamptz,
        unique (topic, order_id, token)
      );
      create index untimely_unpublished on streams.untimely (id) where published_at is null;
      create index untimely_by_time on streams.untimely (occurred_at);

      grant usage on schema streams to streams;
      grant select, insert, update, delete on streams.partitions, streams.order_memory, streams.panes, streams.windows,
        streams.untimely to streams;
      grant select, update on streams.clock to streams;
    `);
  },
};

const history: Migration = {
  name: '0002-history-and-anomalies',
  up: async (transaction) => {
    await transaction.raw(`
      -- Hours and days in UTC, kept for ever: what was in windows, and what was in none.
      create table streams.history (
        grain text not null check (grain in ('hour', 'day')),
        starts_at timestamptz not null,
        aggregate jsonb not null,
        figures jsonb not null,
        updated_at timestamptz not null default now(),
        primary key (grain, starts_at)
      ) with (fillfactor = 50);
      alter table streams.untimely add column in_history boolean not null default false;
      create index untimely_not_in_history on streams.untimely (id) where not in_history;

      create table streams.anomalies (
        id bigint generated always as identity primary key,
        kind text not null,
        subject text not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        observed integer not null,
        threshold integer not null,
        detected_at timestamptz not null default now(),
        published_at timestamptz
      );
      create index anomalies_unpublished on streams.anomalies (id) where published_at is null;

      -- The contract with business intelligence: grant a reader usage of the schema and select on these views. A changed
      -- shape is a new version of the view.
      create view streams.history_v1 as
        select grain, starts_at,
               (figures ->> 'orders')::bigint as orders, (figures ->> 'items')::bigint as items,
               (figures ->> 'revenueCents')::bigint as revenue_cents,
               (figures ->> 'refundedCents')::bigint as refunded_cents,
               coalesce((figures -> 'funnel' ->> 'placed')::bigint, 0) as placed,
               coalesce((figures -> 'funnel' ->> 'accepted')::bigint, 0) as accepted,
               coalesce((figures -> 'funnel' ->> 'paid')::bigint, 0) as paid,
               coalesce((figures -> 'funnel' ->> 'preparing')::bigint, 0) as preparing,
               coalesce((figures -> 'funnel' ->> 'ready')::bigint, 0) as ready,
               coalesce((figures -> 'funnel' ->> 'completed')::bigint, 0) as completed,
               coalesce((figures -> 'funnel' ->> 'cancelled')::bigint, 0) as cancelled,
               coalesce((figures -> 'funnel' ->> 'expired')::bigint, 0) as expired,
               coalesce((figures -> 'funnel' ->> 'rejected')::bigint, 0) as rejected,
               coalesce((figures -> 'funnel' ->> 'refunded')::bigint, 0) as refunded
          from streams.history;
      create view streams.history_stages_v1 as
        select grain, starts_at, stage.key as stage, (stage.value ->> 'count')::bigint as count,
               (stage.value ->> 'p50Ms')::bigint as p50_ms, (stage.value ->> 'p95Ms')::bigint as p95_ms,
               (stage.value ->> 'p99Ms')::bigint as p99_ms
          from streams.history, lateral jsonb_each(figures -> 'stages') as stage;
      create view streams.history_products_v1 as
        select grain, starts_at, product.key as product_id, (product.value ->> 'quantity')::bigint as quantity,
               (product.value ->> 'cents')::bigint as sales_cents
          from streams.history, lateral jsonb_each(aggregate -> 'products') as product;

      grant select, insert, update, delete on streams.history, streams.anomalies to streams;
    `);
  },
};

const payments: Migration = {
  name: '0003-payments',
  up: async (transaction) => {
    await transaction.raw(`
      create view streams.history_payments_v1 as
        select grain, starts_at, currency.key as currency, step.key as step, (step.value ->> 'count')::bigint as payments,
               (step.value ->> 'totalCents')::bigint as total_cents
          from streams.history, lateral jsonb_each(figures -> 'payments') as currency,
               lateral jsonb_each(currency.value) as step;
    `);
  },
};

export const schema: ServiceSchema = { schema: 'streams', migrations: [windows, history, payments] };
