import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { upkeep } from '../upkeep.ts';
import { createAiDatabase, startService } from './ai-service.ts';

const day = 86_400_000;
const retention = { outboxMs: day, memoryMs: 30 * day };

it('forgets what ended long ago, in the books and in the engine, and nothing else', async () => {
  await using test = await createAiDatabase();
  await using service = await startService(test);
  const { database } = test;
  const input = { customerId: 'ada', observed: 12, threshold: 10, startsAt: '2026-03-01T08:00:00Z' };
  const ended = async (): Promise<string> => {
    const path = '/v1/workflows/unusual-customer/execute';
    const { id } = await service.ask<{ id: string }>('POST', path, { input }, randomUUID());
    await poll(
      async () =>
        (await service.ask<{ finishedAt: string | null }>('GET', `/v1/runs/${id}`)).finishedAt !== null,
      { what: 'the run to end' },
    );
    return id;
  };
  const [old, young] = [await ended(), await ended()];
  await database.raw("update ai.runs set finished_at = now() - interval '31 days' where id = ?", [old]);
  await database.raw(
    "insert into ai.completions (key, answer, made_at) values ('old', '1', now() - interval '31 days'), ('young', '1', now())",
  );
  expect(await upkeep(database, service.context.engine, retention)).toBe(false);
  const left = async (query: string): Promise<string[]> => {
    const { rows } = await database.raw<{ rows: { id: string }[] }>(query);
    return rows.map(({ id }) => id);
  };
  for (const query of [
    'select id from ai.runs',
    'select distinct run_id as id from ai.effects',
    'select workflow_uuid as id from dbos.workflow_status',
  ])
    expect(await left(query), query).toEqual([young]);
  expect(await left('select key as id from ai.completions')).toEqual(['young']);
  // The work is still to be done.
  expect((await left('select run_id as id from ai.tasks')).toSorted()).toEqual([old, young].toSorted());
});
