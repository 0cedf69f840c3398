import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';
import { outboxTable } from '#platform/outbox/outbox.ts';

const payments: Migration = {
  name: '0001-payments',
  up: async (transaction) => {
    await transaction.raw(`
      -- Orders that are paid on a chain, as far as their payment needs them.
      create table payments.orders (
        order_id uuid primary key,
        customer_id text not null,
        currency text not null,
        total_cents integer not null check (total_cents >= 0),
        status text not null,
        -- Of the newest event: what is not newer is dropped.
        order_version integer not null,
        refund_due boolean not null default false,
        -- The payment that settled it. Whatever else settles is a surplus.
        settled_payment_id uuid,
        payment_due_at timestamptz not null,
        trace jsonb not null,
        updated_at timestamptz not null default now()
      );

      create table payments.payments (
        payment_id uuid primary key,
        order_id uuid not null references payments.orders,
        chain text not null,
        chain_id integer not null,
        status text not null,
        version integer not null default 1,
        cancelled boolean not null default false,
        surplus boolean not null default false,
        -- What is asked for: the newest invoice. An earlier one of the same chain may be paid as well, the contract takes one.
        token text not null,
        token_address text not null,
        amount numeric(78, 0) not null check (amount > 0),
        payer text not null,
        expires_at timestamptz not null,
        signature text not null,
        -- What was seen on the chain.
        paid_by text,
        paid_token text,
        paid_amount numeric(78, 0),
        transaction_hash text,
        log_index integer,
        block_number bigint,
        block_hash text,
        settled_at timestamptz,
        refund_due boolean not null default false,
        refund_failed boolean not null default false,
        refund_transaction_id bigint,
        refund_hash text,
        refund_block bigint,
        refunded_at timestamptz,
        -- The demo wallet is to pay it.
        demo_requested_at timestamptz,
        demo_transaction_id bigint,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (order_id, chain)
      );
      create index payments_pending on payments.payments (chain, block_number) where status in ('pending', 'refunding');
      create index payments_open on payments.payments (chain, expires_at) where status in ('open', 'pending');
      create index payments_refund_due on payments.payments (chain, settled_at)
        where refund_due and status = 'settled' and refund_transaction_id is null;
      create index payments_demo on payments.payments (chain, demo_requested_at)
        where demo_requested_at is not null and demo_transaction_id is null and status = 'open';
      create index payments_by_block on payments.payments (chain, block_number) where block_number is not null;
      create index payments_by_refund_block on payments.payments (chain, refund_block) where refund_block is not null;

      -- What the contract has told of, in blocks that are part of the chain as it was followed.
      create table payments.sightings (
        chain text not null,
        transaction_hash text not null,
        log_index integer not null,
        kind text not null,
        order_id uuid not null,
        payer text not null,
        token_address text not null,
        amount numeric(78, 0) not null,
        block_number bigint not null,
        block_hash text not null,
        seen_at timestamptz not null default now(),
        primary key (chain, transaction_hash, log_index)
      );
      create index sightings_by_block on payments.sightings (chain, block_number);
      create index sightings_by_order on payments.sightings (order_id, chain);
      create index sightings_by_payer on payments.sightings (chain, lower(payer), block_number desc);

      -- How far each chain is followed, and the newest hashes, to find where two versions of a chain part.
      create table payments.cursors (
        chain text primary key,
        number bigint not null,
        hash text not null,
        block_time timestamptz not null,
        head bigint not null,
        updated_at timestamptz not null default now()
      );
      create table payments.blocks (
        chain text not null,
        number bigint not null,
        hash text not null,
        primary key (chain, number)
      );

      -- What the service sends to chains: written before it is sent, so that nothing is sent under a number that is forgotten.
      create table payments.transactions (
        id bigint generated always as identity primary key,
        chain text not null,
        sender text not null,
        nonce bigint not null,
        purpose text not null,
        recipient text not null,
        data text not null,
        value numeric(78, 0) not null,
        gas numeric(78, 0) not null,
        status text not null default 'planned',
        -- Of each attempt, the newest last; only the newest is sent again.
        hashes text[] not null default '{}',
        raw text,
        max_fee_per_gas numeric(78, 0),
        max_priority_fee_per_gas numeric(78, 0),
        sent_at timestamptz,
        gas_used numeric(78, 0),
        block_number bigint,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (chain, sender, nonce)
      );
      create index transactions_open on payments.transactions (chain, sender, nonce) where status in ('planned', 'sent');
      ${outboxTable('payments.outbox')}

      grant usage on schema payments to "web3-payment";
      grant select, insert, update, delete on all tables in schema payments to "web3-payment";
      revoke all on payments.migrations from "web3-payment";
    `);
  },
};

export const schema: ServiceSchema = { schema: 'payments', migrations: [payments] };
