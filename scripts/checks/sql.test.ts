import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../docker/repository.ts';

// A template that reads like a statement, or like the condition of one.
const statement =
  /`\s*(?:select|insert into|update|delete from|with \w+ as|create|alter|grant|revoke|drop|truncate|where|\w+\.\w+ (?:=|is|in))\s[^`]*`/g;
/** The expressions in a template. */
const holesIn = (template: string): string[] =>
  [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, expression = '']) => expression);

/** What of the statements in a source does not stand in it as it is: holes in templates, and whole expressions. */
function madeUp(source: string): string[] {
  const code = source.replaceAll(/^\s*\/\/.*$/gm, '');
  const given = [...code.matchAll(/\.(?:raw|\w+Raw)(?:<[^(`]*>)?\(\s*/g)].flatMap(({ 0: call, index }) => {
    const rest = code.slice(index + call.length);
    if (/^(?:'[^'\\\n]*'|"[^"\\\n]*")\s*[,)]/.test(rest)) return [];
    const [, template] = /^`([^`]*)`\s*[,)]/.exec(rest) ?? [];
    if (template === undefined) return [(rest.split(/[,)\n]/)[0] ?? '').trim()];
    return holesIn(template);
  });
  // What is handed on to somebody else who gives it to the database.
  const written = [...code.matchAll(statement)].flatMap(([text]) => holesIn(text));
  return [...new Set([...given, ...written])].toSorted();
}

/**
 * Columns, views, roles, tables and whole statements of ours, by file: constants, as a reader of the file sees. What somebody sends
 * gets into a statement as a binding only, or is quoted by PostgreSQL itself (`format`, for passwords of roles).
 */
const ofOurOwn: Readonly<Record<string, readonly string[]>> = {
  'loadtest/durability.ts': ['name'],
  'loadtest/observe/end-to-end.ts': [
    "percentiles('updated_at - placed_at')",
    "percentiles('x.published_at - o.placed_at')",
    'query',
  ],
  'loadtest/payments/settlement.ts': ["percentiles('p.settled_at - o.placed_at')"],
  'platform/database/migrations.ts': ['lockTimeoutMs'],
  'platform/outbox/outbox.ts': ['table'],
  'scripts/export/tables.ts': ['view'],
  'services/ai-orchestrator/database/migrations.ts': ["outboxTable('ai.outbox')", 'role'],
  'services/ai-orchestrator/database/retention.ts': ['statement'],
  'services/ai-orchestrator/database/runs.ts': ['withEngine'],
  'services/consumer/database/migrations.ts': ["outboxTable('orders.outbox')"],
  'services/migrate/roles.ts': ["statement.rows[0]?.sql.replaceAll('?'", 'verb'],
  'services/producer/database/menu-source.ts': ['loadMenu', 'revision'],
  'services/producer/database/migrations.ts': [
    'grants',
    "keyCheck('category')",
    "keyCheck('id')",
    'priceCheck',
    'tables',
    'versionTriggers',
  ],
  'services/producer/database/order-book.ts': ['exactCreatedAt'],
  'services/producer/identity/database/migrations.ts': ['grants', 'tables'],
  'services/producer/identity/database/postgres-identity-store.ts': ['sql'],
  'services/web3-payment/database/migrations.ts': ["outboxTable('payments.outbox')"],
  'services/web3-payment/database/orders.ts': ['columns'],
  'services/web3-payment/database/payments.ts': ['columns', 'condition', 'statement', 'suffix'],
};

// Guard: a value that becomes a part of a statement can be a statement of its own (SQL injection).
describe('the text of a statement', () => {
  it('is made of nothing but constants that are listed here', () => {
    const sources = globSync('{contracts,platform,services,scripts,loadtest}/**/*.ts', {
      cwd: repositoryRoot,
    }).filter(
      (path) =>
        !/\.test\.ts$|\/tests\/|\/node_modules\/|^platform\/testing\/|^scripts\/mutations\/guards\//.test(
          path,
        ),
    );
    const found = sources
      .map((path) => [path, madeUp(readFileSync(join(repositoryRoot, path), 'utf8'))] as const)
      .filter(([, made]) => made.length > 0);
    expect(Object.fromEntries(found)).toEqual(ofOurOwn);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: parts of sources
  it.each([
    ["database.raw('select 1 from a where b = ?', [b])", []],
    ['database.raw<{ rows: { id: string }[] }>(`select ${columns} from a where b = ${b}`)', ['b', 'columns']],
    ['change(`update a set b = ${b} where c = ?`, [c])', ['b']],
    ['select(`p.id = ${id}`, [])', ['id']],
    ['database.raw(`select 1`, [b])', []],
    ["select.whereRaw('a = ' + b)", ["'a = ' + b"]],
    ['database.raw(\n  // Why.\n  statement,\n  [b])', ['statement']],
  ])('is seen: %s', (source, made) => {
    expect(madeUp(source)).toEqual(made);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: parts of sources
});
