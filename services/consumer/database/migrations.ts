import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';
import { outboxTable } from '#platform/outbox/outbox.ts';

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
      ${outboxTable('orders.outbox')}

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

const lifecycle: Migration = {
  name: '0002-lifecycle',
  up: async (transaction) => {
    await transaction.raw(`
      -- Defaults, so that version 0.1 can go on inserting beside this one.
      alter table orders.orders
        add column payment_method text not null default 'counter',
        add column paid boolean not null default false,
        add column payment_due_at timestamptz default now() + interval '15 minutes';
      -- An order changes about five times and none of its indexed columns does: room for the new versions of a row on
      -- its own page keeps those changes out of the indexes (heap-only tuples).
      alter table orders.orders set (fillfactor = 60);

      -- Orders that somebody still has to do something about: small however many orders there are, so that the lists of
      -- a barista and the search for what has expired stay cheap without an index on the status, which would end
      -- heap-only updates.
      create table orders.open_orders (
        order_id uuid primary key,
        payment_due_at timestamptz not null,
        expiry_asked_at timestamptz
      );
      create index open_orders_by_payment_due on orders.open_orders (payment_due_at);
      -- A trigger, so that orders of version 0.1, which may run beside this one, are in it as well.
      create function orders.list_open_orders() returns trigger language plpgsql as $$
      begin
        insert into orders.open_orders (order_id, payment_due_at)
          select order_id, payment_due_at from added
           where status not in ('completed', 'refunded') and (paid or status not in ('cancelled', 'expired', 'rejected'));
        return null;
      end $$;
      create trigger list_open_orders after insert on orders.orders
        referencing new table as added for each statement execute function orders.list_open_orders();

      -- Commands that were taken and could not be applied.
      create table orders.command_refusals (
        message_id uuid primary key,
        order_id uuid not null,
        action text not null,
        actor text not null,
        code text not null,
        recorded_at timestamptz not null default now()
      );
      create index command_refusals_by_time on orders.command_refusals (recorded_at);

      create view orders.order_v2 as
        select o.order_id, customer_id, status, version, fingerprint, currency, lines, total_cents, payment_method, paid,
               case when status in ('accepted', 'awaiting-payment') then o.payment_due_at end as payment_due_at,
               placed_at as created_at, updated_at
          from orders.orders o;
      create view orders.open_order_v1 as select order_id from orders.open_orders;

      grant select, insert, update, delete on orders.open_orders, orders.command_refusals to consumer;
      grant select on orders.order_v2, orders.open_order_v1 to producer;
    `);
  },
};

/**
 * The ids of the commands that an order has followed stand with it (ADR 0015). A step of its own: one that held the lock
 * of one table and waited for another's would deadlock with a consumer. `orders.inbox` stays for version 0.1, which may
 * run beside this one; the next version drops it.
 */
const followedCommands: Migration = {
  name: '0003-followed-commands',
  up: async (transaction) => {
    await transaction.raw("alter table orders.orders add column followed uuid[] not null default '{}'");
  },
};

/** Orders that version 0.1 left open. Without a lock on the table: however many there are, everybody goes on working. */
const listOpenOrders: Migration = {
  name: '0004-list-open-orders',
  up: async (transaction) => {
    await transaction.raw(`
      insert into orders.open_orders (order_id, payment_due_at)
        select order_id, now() + interval '15 minutes' from orders.orders where status = 'accepted'
        on conflict (order_id) do nothing`);
  },
};

const conflictsByTime: Migration = {
  name: '0005-conflicts-by-time',
  up: async (transaction) => {
    await transaction.raw('create index order_conflicts_by_time on orders.order_conflicts (recorded_at)');
  },
};

const shops: Migration = {
  name: '0006-shops',
  up: async (transaction) => {
    await transaction.raw(`
      alter table orders.orders add column shop_id text not null default 'main';
      create view orders.order_v3 as
        select o.order_id, customer_id, status, version, fingerprint, currency, lines, total_cents, payment_method, paid,
               case when status in ('accepted', 'awaiting-payment') then o.payment_due_at end as payment_due_at,
               placed_at as created_at, updated_at, shop_id
          from orders.orders o;
      grant select on orders.order_v3 to producer;
    `);
  },
};

export const schema: ServiceSchema = {
  schema: 'orders',
  migrations: [orderBook, lifecycle, followedCommands, listOpenOrders, conflictsByTime, shops],
};
