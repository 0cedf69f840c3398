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

export const schema: ServiceSchema = { schema: 'streams', migrations: [windows] };
