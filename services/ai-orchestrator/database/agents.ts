import type { RegisterAgentRequest } from '#contracts/http/agents.ts';
import type { Database } from '#platform/database/database.ts';

export interface RemoteAgent {
  readonly id: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly url: string;
}

/** Registers an agent, or what has changed about it. @returns whether it is new. */
export async function registerAgent(
  database: Database,
  { id, name, capabilities, url }: RegisterAgentRequest,
): Promise<boolean> {
  const { rows } = await database.raw<{ rows: { created: boolean }[] }>(
    `insert into ai.agents (id, name, capabilities, url) values (:id, :name, :capabilities, :url)
     on conflict (id) do update set name = excluded.name, capabilities = excluded.capabilities, url = excluded.url
     returning xmax = 0 as created`,
    { id, name, url, capabilities: [...capabilities] as never },
  );
  return rows[0]?.created === true;
}

/** @returns whether there was one. */
export async function unregisterAgent(database: Database, id: string): Promise<boolean> {
  const { rowCount } = await database.raw<{ rowCount: number }>('delete from ai.agents where id = ?', [id]);
  return rowCount === 1;
}

export async function remoteAgents(database: Database): Promise<RemoteAgent[]> {
  const { rows } = await database.raw<{ rows: RemoteAgent[] }>(
    'select id, name, capabilities, url from ai.agents order by id',
  );
  return rows;
}

export async function findRemoteAgent(database: Database, id: string): Promise<RemoteAgent | undefined> {
  const { rows } = await database.raw<{ rows: RemoteAgent[] }>(
    'select id, name, capabilities, url from ai.agents where id = ?',
    [id],
  );
  return rows[0];
}
