import type { Transaction } from '#platform/database/database.ts';
import type { Migration, ServiceSchema } from '#platform/database/migrations.ts';
import { seedOptions, seedProducts } from './menu-seed.ts';

const keyCheck = (column: string): string =>
  `check (${column} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(${column}) <= 40)`;
const priceCheck = 'check (price_cents between 0 and 1000000)';

const tables = `
  create table menu.version (
    only_row boolean primary key default true check (only_row),
    version integer not null check (version > 0),
    currency text not null default 'USD' check (currency = 'USD'),
    changed_at timestamptz not null default now()
  );
  create table menu.products (
    id text primary key ${keyCheck('id')},
    name text not null check (length(name) between 1 and 100),
    category text not null ${keyCheck('category')},
    position integer not null default 0
  );
  create table menu.product_sizes (
    product_id text not null references menu.products on delete cascade,
    id text not null ${keyCheck('id')},
    price_cents integer not null ${priceCheck},
    position integer not null default 0,
    primary key (product_id, id)
  );
  create table menu.options (
    id text primary key ${keyCheck('id')},
    name text not null check (length(name) between 1 and 100),
    price_cents integer not null ${priceCheck},
    position integer not null default 0
  );
  create table menu.product_options (
    product_id text not null references menu.products on delete cascade,
    option_id text not null references menu.options on delete cascade,
    primary key (product_id, option_id)
  );`;

// Whoever changes a price must not have to remember the version: replicas see a change by it.
const versionTriggers = `
  create function menu.next_version() returns trigger language plpgsql as $$
  begin
    update menu.version set version = version + 1, changed_at = now();
    return null;
  end $$;
  ${['products', 'product_sizes', 'options', 'product_options']
    .map(
      (table) => `create trigger next_version after insert or update or delete or truncate on menu.${table}
        for each statement execute function menu.next_version();`,
    )
    .join('\n')}`;

const grants = `
  grant usage on schema menu to producer;
  grant select on all tables in schema menu to producer;`;

async function seed(transaction: Transaction): Promise<void> {
  const insert = (table: string, rows: readonly object[]): PromiseLike<unknown> =>
    transaction.withSchema('menu').into(table).insert(rows);
  await insert('version', [{ version: 1 }]);
  await insert(
    'products',
    seedProducts.map(({ id, name, category }, position) => ({ id, name, category, position })),
  );
  await insert(
    'product_sizes',
    seedProducts.flatMap(({ id: product_id, sizes }) =>
      sizes.map(([id, price_cents], position) => ({ product_id, id, price_cents, position })),
    ),
  );
  await insert(
    'options',
    seedOptions.map(([id, name, price_cents], position) => ({ id, name, price_cents, position })),
  );
  await insert(
    'product_options',
    seedProducts.flatMap(({ id: product_id, options }) =>
      options.map((option_id) => ({ product_id, option_id })),
    ),
  );
}

const menu: Migration = {
  name: '0001-menu',
  up: async (transaction) => {
    await transaction.raw(tables);
    await seed(transaction);
    await transaction.raw(versionTriggers);
    await transaction.raw(grants);
  },
};

/** The menu and its prices. */
export const schema: ServiceSchema = { schema: 'menu', migrations: [menu] };
