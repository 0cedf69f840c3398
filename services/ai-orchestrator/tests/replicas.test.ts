import { v5 as uuidv5 } from 'uuid';
import { expect, it } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { poll } from '#platform/testing/poll.ts';
import { keepBuiltIn, latestDefinition } from '../database/definitions.ts';
import { insertRuns } from '../database/runs.ts';
import { builtInDefinitions } from '../domain/built-in-definitions.ts';
import { createAiDatabase, startService } from './ai-service.ts';
import { allEnded, askForAll } from './built-in-runs.ts';
import { startExecutor } from './executors.ts';

/** `./coffee nightly agents` takes a thousand. */
const many = process.env.COFFEE_ALL_WORKFLOWS === '1' ? 1_000 : 200;
// So many that all replicas get some, whoever starts first.
const some = 300;

const namespace = '2f8f1b8e-8e2d-4b8c-9a55-64f3e6a1c3d0';

async function askFor(database: Database, count: number): Promise<void> {
  await database.raw('create table public.executions (run_id text, step text, executor text)');
  await keepBuiltIn(database, builtInDefinitions);
  const definition = await latestDefinition(database, 'unusual-customer');
  if (!definition) throw new Error('no definition');
  await insertRuns(
    database,
    Array.from({ length: count }, (_, index) => ({
      id: uuidv5(String(index), namespace),
      definition,
      input: {
        customerId: `customer-${index}`,
        observed: 12,
        threshold: 10,
        startsAt: '2026-03-01T08:00:00Z',
      },
      trigger: 'api',
      trace: {},
    })),
  );
}

const counting = { COUNT_STEPS: '1', ENGINE_WORKER_CONCURRENCY: '20', ENGINE_STARTS_PER_SECOND: '1000' };

const numberOf = async (database: Database, what: string): Promise<number> => {
  const { rows } = await database.raw<{ rows: { count: number }[] }>(what);
  return rows[0]?.count ?? 0;
};
const endedRuns = (database: Database): Promise<number> =>
  numberOf(database, 'select count(*) from ai.runs where finished_at is not null');

it('runs many workflows with two replicas, each step once, and the queue drains', async () => {
  await using test = await createAiDatabase();
  await askFor(test.database, many);
  await using _first = startExecutor(test, counting);
  await using _second = startExecutor(test, counting);
  await poll(() => allEnded(test.database), {
    what: 'all runs to end',
    deadlineMs: 300_000,
    intervalMs: 250,
  });
  const { rows } = await test.database.raw<{ rows: { executor: string; count: number }[] }>(
    'select executor, count(*) from public.executions group by executor',
  );
  expect(rows).toHaveLength(2);
  const twice =
    'select count(*) from (select from public.executions group by run_id, step having count(*) > 1) as t';
  expect(await numberOf(test.database, twice)).toBe(0);
  expect(await numberOf(test.database, 'select count(*) from public.executions')).toBe(3 * many);
  expect(await numberOf(test.database, 'select count(*) from ai.tasks')).toBe(many);
  const left = "select count(*) from dbos.workflow_status where status in ('ENQUEUED', 'PENDING')";
  expect(await numberOf(test.database, left)).toBe(0);
  // For the nightly suite, which keeps it.
  process.stdout.write(`ran ${many} workflows, each step once\n`);
  await using service = await startService(test);
  const { runs } = await service.ask<{ runs: { id: string }[] }>('GET', '/v1/runs?limit=100');
  for (const { id } of runs.slice(0, 20)) {
    const { steps } = await service.ask<{ steps: { name: string }[] }>('GET', `/v1/runs/${id}`);
    expect(steps.map(({ name }) => name)).toEqual(['assign', 'create/0', 'finish']);
  }
}, 400_000);

// Guard: leases. Without them the runs of a lost replica wait for ever.
it('goes on with the runs of a replica that was killed, and of one that was stopped', async () => {
  await using test = await createAiDatabase();
  await askFor(test.database, some);
  await using survivor = startExecutor(test, counting);
  const killed = startExecutor(test, counting);
  const stopped = startExecutor(test, counting);
  const worked = 'select count(distinct executor) from public.executions';
  await poll(async () => (await numberOf(test.database, worked)) === 3, { what: 'all three to work' });
  killed.process.kill('SIGKILL');
  stopped.process.kill('SIGTERM');
  await poll(() => allEnded(test.database), { what: 'all runs to end', deadlineMs: 120_000 });
  await Promise.all([killed.ended, stopped.ended]);
  expect(stopped.process.exitCode).toBe(0);
  expect(survivor.process.exitCode).toBeNull();
  expect(await endedRuns(test.database)).toBe(some);
  expect(await numberOf(test.database, 'select count(*) from ai.tasks')).toBe(some);
  expect(await numberOf(test.database, "select count(*) from ai.runs where status <> 'completed'")).toBe(0);
}, 200_000);

// Guard: a run that was taken away from an executor is none of its business any more.
it('takes no harm from a replica that was paused for longer than its lease', async () => {
  await using test = await createAiDatabase();
  await askFor(test.database, some);
  await using _survivor = startExecutor(test, counting);
  await using paused = startExecutor(test, counting);
  const worked = 'select count(distinct executor) from public.executions';
  await poll(async () => (await numberOf(test.database, worked)) === 2, { what: 'both to work' });
  paused.process.kill('SIGSTOP');
  await poll(() => allEnded(test.database), { what: 'all runs to end', deadlineMs: 120_000 });
  paused.process.kill('SIGCONT');
  const leases = 'select count(*) from ai.executors where lease_until > now()';
  await poll(async () => (await numberOf(test.database, leases)) === 2, { what: 'it to go on' });
  paused.process.kill('SIGTERM');
  await paused.ended;
  expect(paused.process.exitCode).toBe(0);
  expect(await numberOf(test.database, "select count(*) from ai.runs where status = 'completed'")).toBe(some);
  expect(await numberOf(test.database, 'select count(*) from ai.tasks')).toBe(some);
}, 200_000);

it('hears of a decision that another replica was told', async () => {
  await using test = await createAiDatabase();
  await askForAll(test.database, ['new-drink']);
  await using worker = startExecutor(test, { APPROVES: '0' });
  const approval = await poll(
    async () =>
      (await test.database.withSchema('ai').from('tasks').where({ status: 'open' }))[0] as
        | { id: string }
        | undefined,
    { what: 'the approval that is asked for' },
  );
  await using service = await startService(test);
  await service.ask('POST', `/v1/tasks/${approval.id}/complete`, {});
  await poll(() => allEnded(test.database), { what: 'the run to end' });
  expect(await numberOf(test.database, 'select count(*) from ai.drinks')).toBe(1);
  const { rows } = await test.database.raw<{ rows: { executor_id: string }[] }>(
    'select executor_id from dbos.workflow_status',
  );
  expect(rows.map(({ executor_id }) => executor_id)).not.toContain(service.context.engine.executorId);
  expect(worker.process.exitCode).toBeNull();
});
