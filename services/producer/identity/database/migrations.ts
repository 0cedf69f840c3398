import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';

const tables = `
  create table identity.accounts (
    id uuid primary key,
    username text not null unique check (username = lower(username) and length(username) between 3 and 64),
    -- PHC string: https://github.com/P-H-C/phc-string-format
    password_hash text not null check (password_hash like '$argon2id$%'),
    roles text[] not null default '{customer}' check (roles <@ '{customer,barista,operator}'::text[]),
    created_at timestamptz not null default now()
  );
  -- From a sign-in on; all refresh tokens that follow from it are its family.
  create table identity.sessions (
    id uuid primary key,
    account_id uuid not null references identity.accounts on delete cascade,
    expires_at timestamptz not null,
    ended_at timestamptz
  );
  create index on identity.sessions (expires_at);
  create index on identity.sessions (account_id);
  -- Only hashes: who reads this table can be nobody.
  create table identity.refresh_tokens (
    hash bytea primary key check (length(hash) = 32),
    session_id uuid not null references identity.sessions on delete cascade,
    used_at timestamptz
  );
  create index on identity.refresh_tokens (session_id);
  -- By name, whether there is such an account or not.
  create table identity.sign_in_attempts (
    name_hash bytea primary key check (length(name_hash) = 32),
    failures integer not null check (failures > 0),
    locked_until timestamptz not null,
    attempted_at timestamptz not null
  );
  create index on identity.sign_in_attempts (attempted_at);`;

const grants = `
  grant usage on schema identity to identity;
  grant select, insert on identity.accounts to identity;
  grant update (roles) on identity.accounts to identity;
  grant select, insert, delete on identity.sessions to identity;
  grant update (ended_at) on identity.sessions to identity;
  grant select, insert on identity.refresh_tokens to identity;
  grant update (used_at) on identity.refresh_tokens to identity;
  grant select, insert, update, delete on identity.sign_in_attempts to identity;`;

const accounts: Migration = {
  name: '0001-accounts',
  up: async (transaction) => {
    // knex takes "?" for a parameter: there is none in here.
    await transaction.raw(tables);
    await transaction.raw(grants);
  },
};

/** Accounts and sessions: a schema and a role of their own, so that nothing else of the producer can read them. */
export const schema: ServiceSchema = { schema: 'identity', migrations: [accounts] };
