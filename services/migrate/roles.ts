import type { Database } from '#platform/database/database.ts';

/**
 * Makes the login role of a service, or gives it the current password. Roles own nothing: migrations grant them what
 * their service needs.
 */
export async function ensureRole(database: Database, role: string, password: string): Promise<void> {
  await database.transaction(async (transaction) => {
    // Roles are shared by the whole cluster: two one-shots must not create the same one at once.
    await transaction.raw("select pg_advisory_xact_lock(hashtext('gocoffee.roles'))");
    const existing = await transaction.raw<{ rows: unknown[] }>('select 1 from pg_roles where rolname = ?', [
      role,
    ]);
    const verb = existing.rows.length > 0 ? 'alter' : 'create';
    // Utility statements take no parameters: the server quotes name and password itself.
    const statement = await transaction.raw<{ rows: { sql: string }[] }>(
      `select format('${verb} role %I login password %L', ?::text, ?::text) as sql`,
      [role, password],
    );
    await transaction.raw(statement.rows[0]?.sql.replaceAll('?', '\\?') ?? '');
  });
}

/** Lets a role read the server's figures, and no table of anybody. https://www.postgresql.org/docs/17/predefined-roles.html */
export async function letMonitor(database: Database, role: string): Promise<void> {
  await database.raw('grant pg_monitor to ??', [role]);
}
