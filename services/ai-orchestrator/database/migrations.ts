import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';
import { outboxTable } from '#platform/outbox/outbox.ts';
import { insertHouse } from './house-seed.ts';

const role = '"ai-orchestrator"';

const engine: Migration = {
  name: '0001-engine',
  up: async (transaction) => {
    await transaction.raw(`
      -- The workflow engine makes and changes its own tables, in a schema of its own (ADR 0029).
      create schema dbos authorization ${role};
      -- Its first two steps, the schema and this table: the first one asks for a right over the whole database, which the
      -- service does not have.
      create table dbos.dbos_migrations (version bigint not null constraint dbos_migrations_pkey primary key);
      alter table dbos.dbos_migrations owner to ${role};
      insert into dbos.dbos_migrations values (2);

      -- Who runs workflows: whose lease has ended is dead, and the others take over what it was doing.
      create table ai.executors (
        executor_id text primary key,
        started_at timestamptz not null default now(),
        lease_until timestamptz not null
      );

      -- A version never changes; the latest one is what new runs begin with.
      create table ai.definitions (
        id text not null,
        version integer not null,
        content jsonb not null,
        created_at timestamptz not null default now(),
        primary key (id, version)
      );

      -- Each run from the moment that something asks for it: also the queue in front of the engine.
      create table ai.runs (
        id uuid primary key,
        number bigint generated always as identity unique,
        definition text not null,
        version integer not null,
        content jsonb not null,
        input jsonb not null,
        trigger text not null,
        trace jsonb not null,
        status text not null default 'waiting',
        attempt integer not null default 1,
        result jsonb,
        error text,
        created_at timestamptz not null default now(),
        finished_at timestamptz
      ) with (fillfactor = 80);
      create index runs_waiting on ai.runs (number) where status = 'waiting';
      create index runs_in_engine on ai.runs (number) where status = 'queued';
      create index runs_open on ai.runs (definition) where finished_at is null;
      create index runs_ended on ai.runs (finished_at) where finished_at is not null;
      create index runs_by_definition on ai.runs (definition, number);

      -- What was done, under the key by which it is done once: run and step.
      create table ai.effects (
        run_id uuid not null,
        step text not null,
        result jsonb,
        done_at timestamptz not null default now(),
        primary key (run_id, step)
      );

      create table ai.tasks (
        id uuid primary key,
        number bigint generated always as identity unique,
        kind text not null,
        title text not null,
        details jsonb not null,
        status text not null default 'open',
        assignee text,
        run_id uuid,
        note text,
        due_at timestamptz,
        created_at timestamptz not null default now(),
        closed_at timestamptz,
        closed_by text,
        -- Of an approval: whether its run has been told.
        told boolean not null default false
      );
      create index tasks_untold on ai.tasks (number) where kind = 'approval' and closed_at is not null and not told;
      create index tasks_open on ai.tasks (number) where status in ('open', 'assigned');

      create table ai.agents (
        id text primary key,
        name text not null,
        capabilities text[] not null,
        url text not null,
        registered_at timestamptz not null default now()
      );

      create table ai.messages (
        id uuid primary key,
        number bigint generated always as identity unique,
        recipient text not null,
        subject text not null,
        body jsonb not null,
        sent_at timestamptz not null default now(),
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        delivered_at timestamptz,
        run_id uuid
      );
      create index messages_undelivered on ai.messages (next_attempt_at) where delivered_at is null;

      -- What models were asked, for budgets and for the bill; answers by the hash of the question.
      create table ai.model_calls (
        id bigint generated always as identity primary key,
        run_id uuid not null,
        model text not null,
        input_tokens integer not null,
        output_tokens integer not null,
        microdollars integer not null,
        called_at timestamptz not null default now()
      );
      create index model_calls_by_run on ai.model_calls (run_id);
      create table ai.completions (
        key text primary key,
        answer jsonb not null,
        made_at timestamptz not null default now()
      );
      ${outboxTable('ai.outbox')}

      grant usage on schema ai to ${role};
      grant select, insert, update, delete on ai.executors, ai.definitions, ai.runs, ai.effects, ai.tasks, ai.agents,
        ai.messages, ai.model_calls, ai.completions, ai.outbox to ${role};
    `);
  },
};

const house: Migration = {
  name: '0002-house',
  up: async (transaction) => {
    await transaction.raw(`
      create table ai.shops (
        id text primary key,
        name text not null,
        -- Minutes to drive to each other shop.
        distances jsonb not null
      );
      create table ai.ingredients (
        id text primary key,
        name text not null,
        unit text not null,
        -- Of one unit, in thousandths of a cent.
        millicents integer not null,
        allergens text[] not null,
        -- Sold in packs of so many units.
        pack integer not null,
        lead_days integer not null,
        seasons text[] not null,
        flavours text[] not null
      );
      create table ai.recipes (
        product_id text not null,
        ingredient_id text not null references ai.ingredients,
        -- Of a medium one, in units.
        amount integer not null,
        primary key (product_id, ingredient_id)
      );
      create table ai.staff (
        id text primary key,
        shop_id text not null references ai.shops,
        max_hours integer not null,
        -- Hours of the day (UTC) at which somebody can work: from, until.
        available_from integer not null,
        available_until integer not null
      );

      create table ai.stock (
        shop_id text not null references ai.shops,
        ingredient_id text not null references ai.ingredients,
        on_hand integer not null,
        -- Below it somebody has to think about an order.
        reorder_point integer not null,
        primary key (shop_id, ingredient_id)
      ) with (fillfactor = 50);
      -- Every change of the stock, with what it came from.
      create table ai.stock_ledger (
        id bigint generated always as identity primary key,
        shop_id text not null,
        ingredient_id text not null,
        change integer not null,
        reason text not null,
        reference text not null,
        recorded_at timestamptz not null default now(),
        unique (reference, shop_id, ingredient_id)
      );

      -- What is known of an order: its lines for when it is prepared, and that it was counted.
      create table ai.order_memory (
        order_id uuid primary key,
        customer_id text not null,
        shop_id text not null,
        lines jsonb not null,
        prepared boolean not null default false,
        seen_at timestamptz not null default now()
      ) with (fillfactor = 80);
      create index order_memory_by_time on ai.order_memory (seen_at);
      -- What was ordered in each hour of event time.
      create table ai.sales (
        shop_id text not null,
        product_id text not null,
        hour timestamptz not null,
        quantity integer not null,
        cents bigint not null,
        primary key (shop_id, product_id, hour)
      ) with (fillfactor = 50);

      create table ai.reviews (
        id uuid primary key,
        number bigint generated always as identity unique,
        order_id uuid not null unique,
        customer_id text not null,
        shop_id text not null,
        rating integer not null,
        text text not null,
        sentiment float8,
        themes text[] not null default '{}',
        created_at timestamptz not null default now()
      );

      create table ai.supply_orders (
        id uuid primary key,
        run_id uuid not null,
        shop_id text not null,
        lines jsonb not null,
        cents integer not null,
        ordered_at timestamptz not null default now()
      );
      create table ai.rosters (
        id uuid primary key,
        run_id uuid not null,
        shop_id text not null,
        shifts jsonb not null,
        published_at timestamptz not null default now()
      );
      create table ai.posts (
        id uuid primary key,
        run_id uuid not null,
        text text not null,
        published_at timestamptz not null default now()
      );
      create table ai.drinks (
        id uuid primary key,
        run_id uuid not null,
        content jsonb not null,
        offered_at timestamptz not null default now()
      );

      grant select on ai.shops, ai.ingredients, ai.recipes, ai.staff to ${role};
      grant select, insert, update, delete on ai.stock, ai.stock_ledger, ai.order_memory, ai.sales, ai.reviews,
        ai.supply_orders, ai.rosters, ai.posts, ai.drinks to ${role};
    `);
    await insertHouse(transaction);
  },
};

export const schema: ServiceSchema = { schema: 'ai', migrations: [engine, house] };
