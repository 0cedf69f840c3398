/** What somebody sends who hopes that it becomes a part of a query: its condition would be true for every row then. */
export const injectedSql: readonly string[] = [
  "' or 1=1--",
  "x' or '1'='1",
  "') or true--",
  "nobody'; delete from pg_temp.everything; --",
  // What knex takes for bindings of its own.
  '? or :status or ?? or 1=1',
];
