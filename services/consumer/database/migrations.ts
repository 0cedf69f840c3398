import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';

const orderBook: Migration = {
  name: '0001-order-book',
  up: async (transaction) => {
    await transaction.raw(`
      -- Messages that have taken effect: a repeat finds itself here and does nothing.
      create table orders.inbox (
        message_id uuid primary key,
        received_at timestamptz not null default now()
      );

      create table orders.orders (
        order_id uuid primary key,
        customer_id text not null,
        status text not null,
        version integer not null check (version >= 1),
        fingerprint text not null,
        currency text not null,
        lines jsonb not null,
        total_cents integer not null check (total_cents >= 0),
        placed_at timestamptz not null,
        accepted_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index orders_by_time on orders.orders (placed_at desc, order_id desc);
      create index orders_by_customer on orders.orders (customer_id, placed_at desc, order_id desc);

      -- Second, different requests under an Idempotency-Key that was used: kept, never applied.
      create table orders.order_conflicts (
        message_id uuid primary key,
        order_id uuid not null,
        fingerprint text not null,
        command jsonb not null,
        recorded_at timestamptz not null default now()
      );
      create index order_conflicts_by_order on orders.order_conflicts (order_id);

      -- Events that commit together with the state that they tell of; the relay publishes them by shard and id.
      create table orders.outbox (
        id bigint generated always as identity primary key,
        shard smallint not null,
        topic text not null,
        key text not null,
        event_id uuid not null unique,
        headers jsonb not null,
        payload text not null,
        created_at timestamptz not null default now(),
        published_at timestamptz
      );
      create index outbox_unpublished on orders.outbox (shard, id) where published_at is null;

      -- The contract with readers outside this service; a changed shape is a new version of the view.
      create view orders.order_v1 as
        select order_id, customer_id, status, version, fingerprint, currency, lines, total_cents,
               placed_at as created_at, updated_at
          from orders.orders;

      grant usage on schema orders to consumer, producer;
      grant select, insert, update, delete on orders.inbox, orders.orders, orders.order_conflicts, orders.outbox
        to consumer;
      grant select on orders.order_v1 to producer;
    `);
  },
};

export const schema: ServiceSchema = { schema: 'orders', migrations: [orderBook] };
