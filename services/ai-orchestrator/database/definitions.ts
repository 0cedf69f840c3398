import { isDeepStrictEqual } from 'node:util';
import type {
  AfterQuery,
  WorkflowDefinition,
  WorkflowDefinitionRequest,
} from '#contracts/http/workflow-definitions.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

interface DefinitionRow {
  readonly id: string;
  readonly version: number;
  readonly content: Omit<WorkflowDefinitionRequest, 'id'>;
  readonly created_at: Date;
}

const definitionOf = ({ id, version, content, created_at }: DefinitionRow): WorkflowDefinition => ({
  ...content,
  id,
  version,
  createdAt: created_at.toISOString(),
});

// Two at once must not become the same version.
const lock = (transaction: Transaction, id: string) =>
  transaction.raw("select pg_advisory_xact_lock(hashtext('ai.definitions'), hashtext(?))", [id]);

/** Keeps a definition as a new version; the latest one with just this content is left as it is. */
export function saveDefinition(
  database: Database,
  request: WorkflowDefinitionRequest,
): Promise<{ readonly definition: WorkflowDefinition; readonly created: boolean }> {
  return database.transaction(async (transaction) => {
    const { id, ...content } = request;
    await lock(transaction, id);
    const latest = await latestDefinition(transaction, id);
    if (latest) {
      const { id: _, version, createdAt, ...known } = latest;
      if (isDeepStrictEqual(known, content)) return { definition: latest, created: false };
    }
    const { rows } = await transaction.raw<{ rows: DefinitionRow[] }>(
      'insert into ai.definitions (id, version, content) values (?, ?, ?) returning *',
      [id, (latest?.version ?? 0) + 1, JSON.stringify(content)],
    );
    return { definition: definitionOf(rows[0] as DefinitionRow), created: true };
  });
}

/** Keeps those that were never there before: an old replica must not bring back what a newer one has replaced. */
export async function keepBuiltIn(
  database: Database,
  definitions: readonly WorkflowDefinitionRequest[],
): Promise<void> {
  for (const request of definitions) {
    const { id, ...content } = request;
    const { rows } = await database.raw<{ rows: unknown[] }>(
      'select from ai.definitions where id = ? and content = ?::jsonb',
      [id, JSON.stringify(content)],
    );
    if (rows.length === 0) await saveDefinition(database, request);
  }
}

export async function latestDefinition(
  database: Database | Transaction,
  id: string,
): Promise<WorkflowDefinition | undefined> {
  const { rows } = await database.raw<{ rows: DefinitionRow[] }>(
    'select * from ai.definitions where id = ? order by version desc limit 1',
    [id],
  );
  return rows[0] && definitionOf(rows[0]);
}

/** The latest version of each, by name. */
export async function listDefinitions(
  database: Database,
  { after, limit }: AfterQuery,
): Promise<WorkflowDefinition[]> {
  const { rows } = await database.raw<{ rows: DefinitionRow[] }>(
    `select distinct on (id) * from ai.definitions where id > ? order by id, version desc limit ?`,
    [after ?? '', limit],
  );
  return rows.map(definitionOf);
}
