import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '#contracts/http/tasks.ts';
import type { WorkflowRun } from '#contracts/http/workflows.ts';
import { poll } from '#platform/testing/poll.ts';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { latestDefinition } from '../database/definitions.ts';
import { insertRuns } from '../database/runs.ts';
import { createAiDatabase, type RunningService, startService } from './ai-service.ts';

let test: TestDatabase;
let service: RunningService;

beforeAll(async () => {
  test = await createAiDatabase();
  service = await startService(test);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

interface Detail extends WorkflowRun {
  readonly steps: readonly {
    readonly name: string;
    readonly error: string | null;
    readonly output: unknown;
  }[];
}

const execute = (id: string, input: object = {}, key: string = randomUUID()): Promise<WorkflowRun> =>
  service.ask('POST', `/v1/workflows/${id}/execute`, { input }, key);
const ended = (id: string): Promise<Detail> =>
  poll(
    async () => {
      const run = await service.ask<Detail>('GET', `/v1/runs/${id}`);
      return run.finishedAt === null ? undefined : run;
    },
    { what: `run ${id} to end` },
  );
const approvalOf = (runId: string): Promise<Task> =>
  poll(
    async () => {
      const { tasks } = await service.ask<{ tasks: Task[] }>('GET', '/v1/tasks?status=open&kind=approval');
      return tasks.find((task) => task.runId === runId);
    },
    { what: `the approval of ${runId}` },
  );
const rowsOf = (table: string, runId: string): Promise<unknown[]> =>
  test.database.withSchema('ai').from(table).where({ run_id: runId });
const told = async (runId: string): Promise<string[]> => {
  const rows = await test.database.withSchema('ai').from('outbox').where({ key: runId }).orderBy('id');
  return rows.map(({ headers }: { headers: { ce_type: string } }) => headers.ce_type);
};

it('does the steps of a run, keeps what each has given, and tells of it', async () => {
  const { id, status } = await execute('surge', {
    observed: 80,
    threshold: 50,
    startsAt: '2026-03-01T08:00:00Z',
  });
  expect(status).toBe('waiting');
  expect((await ended(id)).status).toBe('completed');
  // The last step ends the run, and is noted when it has ended.
  await expect
    .poll(async () => (await service.ask<Detail>('GET', `/v1/runs/${id}`)).steps.map(({ name }) => name))
    .toEqual(['assign', 'create/0', 'tell', 'told/0', 'told/1', 'told/2', 'finish']);
  expect(await rowsOf('tasks', id)).toEqual([
    expect.objectContaining({ kind: 'work', details: { observed: 80, startsAt: '2026-03-01T08:00:00Z' } }),
  ]);
  expect(await told(id)).toEqual([
    ...Array.from({ length: 4 }, () => 'dev.gocoffee.ai.action-done.v1'),
    'dev.gocoffee.ai.run-finished.v1',
  ]);
});

it('runs a request once for its key', async () => {
  const [first, second] = await Promise.all([
    execute('balance-stock', {}, 'once'),
    execute('balance-stock', {}, 'once'),
  ]);
  expect(second.id).toBe(first.id);
  expect((await ended(first.id)).status).toBe('completed');
});

// Guard: the approval of a person in front of everything that changes something outside.
it('orders supplies when a person has approved it, and not before', async () => {
  await test.database.raw(
    "update ai.stock set on_hand = 100 where shop_id = 'harbour' and ingredient_id = 'milk'",
  );
  const { id } = await execute('restock', { shopId: 'harbour' });
  const approval = await approvalOf(id);
  expect(approval.details).toMatchObject({
    actions: [{ kind: 'order-supplies', lines: [{ ingredientId: 'milk' }] }],
  });
  expect(await rowsOf('supply_orders', id)).toEqual([]);
  await service.ask('POST', `/v1/tasks/${approval.id}/complete`, {});
  // A repeat changes nothing.
  await service.ask('POST', `/v1/tasks/${approval.id}/complete`, {});
  expect((await ended(id)).status).toBe('completed');
  expect(await rowsOf('supply_orders', id)).toHaveLength(1);
});

it('does nothing of what a person has refused', async () => {
  const { id } = await execute('new-drink', { season: 'autumn' });
  const approval = await approvalOf(id);
  const refused = await service.ask<Task>('POST', `/v1/tasks/${approval.id}/fail`, { note: 'too sweet' });
  expect(refused).toMatchObject({ status: 'failed', note: 'too sweet', closedBy: 'ops' });
  expect((await ended(id)).status).toBe('rejected');
  expect(await rowsOf('drinks', id)).toEqual([]);
  const again = await service.request('POST', `/v1/tasks/${approval.id}/complete`, { body: {} });
  expect(again).toMatchObject({ status: 409, body: { code: 'task-closed' } });
});

it('refuses what nobody decides on in time', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'hasty-drink',
    description: 'nobody has time',
    steps: [
      { id: 'invent', kind: 'agent', agent: 'beverage-inventor' },
      { id: 'approve', kind: 'approval', of: 'invent', timeoutSeconds: 1 },
      { id: 'offer', kind: 'actions', of: 'invent', allow: ['offer-drink'] },
    ],
  });
  const { id } = await execute('hasty-drink');
  expect((await ended(id)).status).toBe('rejected');
  expect(await rowsOf('tasks', id)).toEqual([expect.objectContaining({ status: 'expired' })]);
});

// Guard: whoever is killed between the task and the run leaves a decision that reaches it all the same.
it('hears of a decision whose teller was killed', async () => {
  const { id } = await execute('new-drink', { season: 'spring' });
  const approval = await approvalOf(id);
  await test.database.raw("update ai.tasks set status = 'completed', closed_at = now() where id = ?", [
    approval.id,
  ]);
  expect((await ended(id)).status).toBe('completed');
  expect(await rowsOf('drinks', id)).toHaveLength(1);
});

it('does what was approved at the last moment, also when the run has not heard of it', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'last-moment',
    description: 'somebody decides just in time',
    steps: [
      { id: 'invent', kind: 'agent', agent: 'beverage-inventor' },
      { id: 'approve', kind: 'approval', of: 'invent', timeoutSeconds: 3 },
      { id: 'offer', kind: 'actions', of: 'invent', allow: ['offer-drink'] },
    ],
  });
  const { id } = await execute('last-moment');
  const approval = await approvalOf(id);
  // As if it were told too late.
  await test.database.raw(
    "update ai.tasks set status = 'completed', closed_at = now(), told = true where id = ?",
    [approval.id],
  );
  expect((await ended(id)).status).toBe('completed');
  expect(await rowsOf('drinks', id)).toHaveLength(1);
});

it('goes on with a failed run at the step that failed, once it can', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'fragile',
    description: 'its second step fails until there is an agent',
    steps: [
      { id: 'plan', kind: 'agent', agent: 'inter-location-coordinator' },
      { id: 'missing', kind: 'agent', agent: 'somebody-else', retry: { attempts: 1 } },
    ],
  });
  const { id } = await execute('fragile');
  const failed = await ended(id);
  expect(failed).toMatchObject({ status: 'failed', error: 'there is no agent somebody-else' });
  await service.ask('POST', `/v1/runs/${id}/retry`);
  const again = await ended(id);
  expect(again.steps.filter(({ name }) => name === 'plan')).toHaveLength(1);
  const finished = (await told(id)).filter((type) => type === 'dev.gocoffee.ai.run-finished.v1');
  expect(finished).toHaveLength(2);
  const running = await execute('promote');
  await ended(running.id);
  const refused = await service.request('POST', `/v1/runs/${running.id}/retry`);
  expect(refused).toMatchObject({ status: 409, body: { code: 'run-not-ended' } });
});

it('stops a run where it is, and goes on with it', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'patient',
    description: 'it waits',
    steps: [
      { id: 'plan', kind: 'agent', agent: 'inter-location-coordinator' },
      { id: 'wait', kind: 'pause', seconds: 2 },
      { id: 'again', kind: 'agent', agent: 'inter-location-coordinator' },
    ],
  });
  const { id } = await execute('patient');
  await poll(async () => (await service.ask<Detail>('GET', `/v1/runs/${id}`)).steps.length > 0);
  const stopped = await service.ask<WorkflowRun>('POST', `/v1/runs/${id}/stop`);
  expect(stopped.status).toBe('stopped');
  await service.ask('POST', `/v1/runs/${id}/retry`);
  const run = await ended(id);
  expect(run).toMatchObject({ status: 'completed', error: null });
  expect(run.steps.filter(({ name }) => name === 'plan')).toHaveLength(1);
});

// Guard: whoever is killed between the books and the engine leaves nothing that goes on.
it('stops a run of whose stop the engine has not heard', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'unheard',
    description: 'it waits',
    steps: [{ id: 'wait', kind: 'pause', seconds: 3_600 }],
  });
  const { id } = await execute('unheard');
  await poll(async () => (await service.ask<Detail>('GET', `/v1/runs/${id}`)).status === 'running');
  await test.database.raw("update ai.runs set status = 'stopped', finished_at = now() where id = ?", [id]);
  await poll(
    async () => {
      const row = await test.database.withSchema('dbos').from('workflow_status').where({ workflow_uuid: id });
      return row[0]?.status === 'CANCELLED';
    },
    { what: 'the engine to stop it' },
  );
});

it('retries a run that was stopped while it still waited for the engine', async () => {
  const definition = await latestDefinition(test.database, 'unusual-customer');
  if (!definition) throw new Error('no definition');
  const id = randomUUID();
  const input = { customerId: 'ada', observed: 12 };
  // In one transaction, so that nobody hands it to the engine in between.
  await test.database.transaction(async (transaction) => {
    await insertRuns(transaction, [{ id, definition, input, trigger: 'api', trace: {} }]);
    await transaction.raw("update ai.runs set status = 'stopped', finished_at = now() where id = ?", [id]);
  });
  await service.ask('POST', `/v1/runs/${id}/retry`);
  expect((await ended(id)).status).toBe('completed');
});

it('fails a run that takes longer than it may', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'endless',
    description: 'it waits for longer than it may',
    timeoutSeconds: 1,
    steps: [{ id: 'wait', kind: 'pause', seconds: 3_600 }],
  });
  const { id } = await execute('endless');
  expect(await ended(id)).toMatchObject({ status: 'failed', error: 'ran out of time' });
});

it('tries a step again, with pauses, before it fails', async () => {
  await service.ask('POST', '/v1/workflows', {
    id: 'stubborn',
    description: 'its agent can not be reached',
    steps: [
      {
        id: 'call',
        kind: 'agent',
        agent: 'remote-one',
        retry: { attempts: 2, delaySeconds: 0.1 },
        timeoutSeconds: 5,
      },
    ],
  });
  const { id } = await execute('stubborn');
  expect((await ended(id)).status).toBe('failed');
});

it('runs a schedule once for each time', async () => {
  const schedule = { name: 'every-second', definition: 'balance-stock', cron: '* * * * * *' };
  await service.ask('POST', '/v1/schedules', schedule);
  const runs = await poll(
    async () => {
      const rows = await test.database
        .withSchema('ai')
        .from('runs')
        .where({ trigger: 'schedule/every-second' });
      return rows.length >= 3 ? rows : undefined;
    },
    { what: 'three runs of the schedule' },
  );
  const listed = await service.ask<{ schedules: { name: string }[] }>('GET', '/v1/schedules');
  expect(listed.schedules.map(({ name }) => name)).toEqual(['every-second']);
  await service.ask('DELETE', '/v1/schedules/every-second');
  expect(new Set(runs.map(({ id }: { id: string }) => id)).size).toBe(runs.length);
});
