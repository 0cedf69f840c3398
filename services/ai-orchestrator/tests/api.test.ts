import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { injectedSql } from '#platform/testing/injected-sql.ts';
import { poll } from '#platform/testing/poll.ts';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { listRuns } from '../database/runs.ts';
import { findTask, listTasks, openTask } from '../database/tasks.ts';
import { createAiDatabase, type RunningService, startService } from './ai-service.ts';
import { noticeSecret, startNoticeReceiver } from './notice-receiver.ts';

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

const id = randomUUID();

// Guard: workflows order milk and send people to work. They are for operators.
describe('who is no operator', () => {
  const routes = [
    ['GET', '/v1/workflows'],
    ['POST', '/v1/workflows'],
    ['GET', '/v1/workflows/restock'],
    ['POST', '/v1/workflows/restock/execute'],
    ['GET', '/v1/runs'],
    ['GET', `/v1/runs/${id}`],
    ['POST', `/v1/runs/${id}/stop`],
    ['POST', `/v1/runs/${id}/retry`],
    ['GET', '/v1/schedules'],
    ['POST', '/v1/schedules'],
    ['DELETE', '/v1/schedules/nightly'],
    ['GET', '/v1/tasks'],
    ['GET', `/v1/tasks/${id}`],
    ['POST', `/v1/tasks/${id}/assign`],
    ['POST', `/v1/tasks/${id}/complete`],
    ['POST', `/v1/tasks/${id}/fail`],
    ['GET', '/v1/agents'],
    ['POST', '/v1/agents'],
    ['GET', '/v1/agents/notifier'],
    ['DELETE', '/v1/agents/notifier'],
    ['GET', '/v1/messages'],
    ['POST', '/v1/messages'],
    ['POST', '/v1/messages/broadcast'],
    ['GET', '/v1/reviews'],
  ] as const;

  it.each(routes)('may not %s %s', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    expect((await service.request(method, path, { headers: {}, body })).status).toBe(401);
    const headers = await signedIn('ada', 'customer', 'barista');
    expect((await service.request(method, path, { headers, body })).status).toBe(403);
  });
});

it.each([
  ['GET', `/v1/runs/${id}`],
  ['POST', `/v1/runs/${id}/stop`],
  ['POST', `/v1/runs/${id}/retry`],
  ['GET', `/v1/tasks/${id}`],
  ['GET', '/v1/agents/nobody'],
  ['DELETE', '/v1/agents/nobody'],
  ['DELETE', '/v1/schedules/never'],
  ['GET', '/v1/workflows/nothing'],
])('says that there is nothing: %s %s', async (method, path) => {
  expect(await service.request(method, path)).toMatchObject({ status: 404, body: { code: 'not-found' } });
});

it.each([
  ['complete', {}],
  ['fail', {}],
  ['assign', { assignee: 'harbour-1' }],
])('says that there is no task to %s', async (verb, body) => {
  expect((await service.request('POST', `/v1/tasks/${id}/${verb}`, { body })).status).toBe(404);
});

describe('workflows', () => {
  it('are listed page by page, the built-in ones from the start', async () => {
    const first = await service.ask<{ definitions: { id: string }[]; nextAfter: string }>(
      'GET',
      '/v1/workflows?limit=5',
    );
    const second = await service.ask<{ definitions: { id: string }[]; nextAfter: string | null }>(
      'GET',
      `/v1/workflows?limit=5&after=${first.nextAfter}`,
    );
    const names = [...first.definitions, ...second.definitions].map((definition) => definition.id);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('restock');
    expect(second.nextAfter).toBeNull();
  });

  it('get a new version when they change, and none when they do not', async () => {
    const definition = {
      id: 'versioned',
      description: 'first',
      steps: [{ id: 'plan', kind: 'agent', agent: 'inter-location-coordinator' }],
    };
    const post = (body: object) => service.request('POST', '/v1/workflows', { body });
    expect(await post(definition)).toMatchObject({ status: 201, body: { version: 1 } });
    expect(await post(definition)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await post({ ...definition, description: 'second' })).toMatchObject({
      status: 201,
      body: { version: 2 },
    });
    expect(await service.ask('GET', '/v1/workflows/versioned')).toMatchObject({ version: 2 });
  });

  it('are refused with the field that is wrong', async () => {
    const body = {
      id: 'wrong',
      description: 'orders without asking',
      steps: [
        { id: 'check', kind: 'agent', agent: 'inventory-manager' },
        { id: 'order', kind: 'actions', of: 'check', allow: ['order-supplies'] },
      ],
    };
    const { status, body: problem } = await service.request('POST', '/v1/workflows', { body });
    expect([status, problem]).toMatchObject([400, { errors: [{ field: 'body.steps.1.allow' }] }]);
  });
});

it('wants a key for what must happen once', async () => {
  const headers = await signedIn('ops', 'operator');
  const answer = await service.request('POST', '/v1/workflows/restock/execute', { body: {}, headers });
  expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency-key-missing' } });
  const unknown = service.ask('POST', '/v1/workflows/nothing/execute', {}, 'a-key');
  await expect(unknown).rejects.toThrow('not-found');
});

it('sheds load when too many runs wait', async () => {
  await test.database.raw(
    `insert into ai.runs (id, definition, version, content, input, trigger, trace, status)
     select gen_random_uuid(), 'x', 1, '{}', '{}', 'api', '{}', 'waiting' from generate_series(1, 3)`,
  );
  const limits = { maxWaiting: 3 };
  const { Workflows } = await import('../engine/workflows.ts');
  const full = new Workflows(test.database, service.context.engine, limits);
  // The dispatcher may take them meanwhile: they are asked for in a transaction that it can't see.
  const asked = { definition: 'restock', input: {}, trigger: 'api', key: 'full' };
  await test.database.raw("delete from ai.runs where definition = 'x'");
  await test.database.transaction(async (transaction) => {
    await transaction.raw(
      `insert into ai.runs (id, definition, version, content, input, trigger, trace, status)
       select gen_random_uuid(), 'x', 1, '{}', '{}', 'api', '{}', 'waiting' from generate_series(1, 3)`,
    );
    const inside = new Workflows(transaction, service.context.engine, limits);
    await expect(inside.execute(asked)).rejects.toMatchObject({ code: 'overloaded' });
    await transaction.raw("delete from ai.runs where definition = 'x'");
  });
  expect(await full.execute(asked)).toMatchObject({ definition: 'restock' });
});

// Guard: what somebody filters by is a value, and never a part of the query.
it.each(injectedSql)('finds no run and no task by SQL in a value: %s', async (sql) => {
  const { database } = test;
  const [runId, taskId] = [randomUUID(), randomUUID()];
  await database.raw(
    `insert into ai.runs (id, definition, version, content, input, trigger, trace, status, finished_at)
     values (?, 'ended', 1, '{}', '{}', 'api', '{}', 'stopped', now())`,
    [runId],
  );
  const open = { kind: 'approval', title: 't', details: {}, assignee: null, dueInSeconds: null } as const;
  await openTask(database, { ...open, id: taskId, runId });
  const limit = 100;
  expect(await listRuns(database, { definition: 'ended', limit })).not.toEqual([]);
  expect(await listRuns(database, { definition: sql, limit })).toEqual([]);
  expect(await listTasks(database, { kind: 'approval', limit })).not.toEqual([]);
  expect(await listTasks(database, { kind: sql as 'approval', limit })).toEqual([]);
  expect(await listTasks(database, { status: sql as 'open', limit })).toEqual([]);
  await expect(findTask(database, sql)).rejects.toThrow('invalid input syntax for type uuid');
  const asked = await service.request('GET', `/v1/runs?definition=${encodeURIComponent(sql)}`);
  expect(asked.status).toBe(400);
});

describe('agents', () => {
  it('of the house are there, with what they take and give', async () => {
    const { agents } = await service.ask<{ agents: { id: string; kind: string }[] }>('GET', '/v1/agents');
    expect(agents.map((agent) => agent.id)).toEqual([
      'beverage-inventor',
      'demand-forecaster',
      'feedback-analyst',
      'inter-location-coordinator',
      'inventory-manager',
      'notifier',
      'scheduler',
      'social-media',
      'task-manager',
      'tasting-coordinator',
    ]);
    const forecaster = await service.ask<{ input: object; output: object }>(
      'GET',
      '/v1/agents/demand-forecaster',
    );
    expect(forecaster.input).toMatchObject({ properties: { shopId: {} } });
    expect(forecaster.output).toMatchObject({ properties: { backtest: {} } });
    const forecasting = await service.ask<{ agents: unknown[] }>('GET', '/v1/agents?capability=forecasting');
    expect(forecasting.agents).toHaveLength(1);
  });

  it("of others can be registered and unregistered, the house's can not", async () => {
    const body = {
      id: 'partner',
      name: 'A partner',
      capabilities: ['tasting'],
      url: 'https://partner.example/agent',
    };
    expect((await service.request('POST', '/v1/agents', { body })).status).toBe(201);
    expect((await service.request('POST', '/v1/agents', { body })).status).toBe(200);
    expect(await service.ask('GET', '/v1/agents/partner')).toMatchObject({ kind: 'remote' });
    expect((await service.request('DELETE', '/v1/agents/partner')).status).toBe(204);
    const taken = await service.request('POST', '/v1/agents', { body: { ...body, id: 'notifier' } });
    expect(taken).toMatchObject({ status: 409, body: { code: 'name-taken' } });
    expect((await service.request('DELETE', '/v1/agents/notifier')).status).toBe(409);
  });

  // Guard: whoever registers an agent can't make the platform call what is inside.
  it('may not be something inside', async () => {
    const body = { id: 'inside', name: 'x', capabilities: ['x'], url: 'https://169.254.169.254/latest' };
    const { status, body: problem } = await service.request('POST', '/v1/agents', { body });
    expect([status, problem]).toMatchObject([400, { errors: [{ field: 'body.url' }] }]);
  });
});

it('refuses a schedule that can not be understood, of nothing, or of a name that is taken', async () => {
  const schedule = { name: 'nightly', definition: 'promote', cron: '0 0 4 * * *' };
  const post = (body: object) => service.request('POST', '/v1/schedules', { body });
  expect((await post({ ...schedule, cron: 'every day at four' })).status).toBe(400);
  expect((await post({ ...schedule, definition: 'nothing' })).status).toBe(404);
  expect((await post(schedule)).status).toBe(201);
  expect(await post(schedule)).toMatchObject({ status: 200, body: { name: 'nightly' } });
  const another = await post({ ...schedule, cron: '0 0 5 * * *' });
  expect(another).toMatchObject({ status: 409, body: { code: 'name-taken' } });
  expect((await service.request('DELETE', '/v1/schedules/nightly')).status).toBe(204);
});

// Guard: of another one's order nobody hears that there is one.
it('takes a review from whose order it was, once', async () => {
  const orderId = randomUUID();
  await test.database.raw(
    `insert into ai.order_memory (order_id, customer_id, shop_id, lines) values (?, 'ada', 'museum', '[]')`,
    [orderId],
  );
  const body = { orderId, rating: 5, text: 'Lovely!' };
  const write = async (who: string, more: object = {}) =>
    service.request('POST', '/v1/reviews', {
      body: { ...body, ...more },
      headers: await signedIn(who, 'customer'),
    });
  expect((await write('eve')).status).toBe(404);
  expect((await write('ada', { orderId: randomUUID() })).status).toBe(404);
  expect(await write('ada')).toMatchObject({ status: 201, body: { shopId: 'museum', rating: 5 } });
  expect(await write('ada', { rating: 1 })).toMatchObject({ status: 200, body: { rating: 5 } });
});

it('calls remote agents by signed requests, for steps and for messages', async () => {
  await service[Symbol.asyncDispose]();
  await using receiver = await startNoticeReceiver();
  service = await startService(test, {
    OUTBOUND_ALLOWED_HOSTS: receiver.host,
    OUTBOUND_SIGNING_SECRET: noticeSecret,
  });
  const body = { id: 'partner', name: 'A partner', capabilities: ['tasting'], url: receiver.url };
  await service.ask('POST', '/v1/agents', body);
  const message = { to: 'partner', subject: 'Hello', body: {} };
  const { id: messageId } = await service.ask<{ id: string }>('POST', '/v1/messages', message, 'to-partner');
  await poll(() => receiver.notices.has(messageId), { what: 'the message' });
  await service.ask('POST', '/v1/workflows', {
    id: 'ask-partner',
    description: 'a partner does a step',
    steps: [{ id: 'ask', kind: 'agent', agent: 'partner', input: { a: 1 }, retry: { attempts: 1 } }],
  });
  const run = await service.ask<{ id: string }>('POST', '/v1/workflows/ask-partner/execute', {}, 'ask');
  await poll(() => receiver.notices.has(`${run.id}/ask`), { what: 'the call' });
  expect(receiver.notices.get(`${run.id}/ask`)).toEqual({ agent: 'partner', input: { a: 1 } });
});
