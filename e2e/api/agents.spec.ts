import { type APIRequestContext, expect } from '@playwright/test';
import type { Task } from '#contracts/http/tasks.ts';
import type { RunStep, WorkflowRun } from '#contracts/http/workflows.ts';
import { once, test } from './clients.ts';

async function start(operator: APIRequestContext): Promise<WorkflowRun> {
  const request = { data: { input: { shopId: 'harbour' } }, ...once() };
  const started = await operator.post('/v1/workflows/plan-day/execute', request);
  expect(started.status(), await started.text()).toBe(202);
  return (await started.json()) as WorkflowRun;
}

/** What the run asks a person for. */
async function approvalOf(operator: APIRequestContext, runId: string): Promise<Task> {
  const find = async (): Promise<Task | undefined> => {
    const answer = await operator.get('/v1/tasks?status=open&kind=approval&limit=100');
    return ((await answer.json()) as { tasks: Task[] }).tasks.find((task) => task.runId === runId);
  };
  await expect.poll(find, { message: `approval of run ${runId}` }).toBeDefined();
  const task = await find();
  if (!task) throw new Error(`The approval of run ${runId} is gone.`);
  return task;
}

const runOf = async (operator: APIRequestContext, id: string): Promise<WorkflowRun & { steps: RunStep[] }> =>
  (await (await operator.get(`/v1/runs/${id}`)).json()) as WorkflowRun & { steps: RunStep[] };

test('a workflow waits for a person, and ends when it has its approval', async ({ clients, settings }) => {
  const operator = await clients.as('operator', { at: settings.aiOrchestratorUrl });
  const run = await start(operator);
  const { id } = await approvalOf(operator, run.id);
  expect((await runOf(operator, run.id)).status).toBe('running');
  expect((await operator.post(`/v1/tasks/${id}/complete`, { data: {} })).status()).toBe(200);
  await expect.poll(async () => (await runOf(operator, run.id)).status).toBe('completed');
  expect((await runOf(operator, run.id)).steps.length).toBeGreaterThan(1);
});

test('a workflow that is refused ends as rejected', async ({ clients, settings }) => {
  const operator = await clients.as('operator', { at: settings.aiOrchestratorUrl });
  const run = await start(operator);
  const { id } = await approvalOf(operator, run.id);
  expect((await operator.post(`/v1/tasks/${id}/fail`, { data: { note: 'not tomorrow' } })).status()).toBe(
    200,
  );
  await expect.poll(async () => (await runOf(operator, run.id)).status).toBe('rejected');
});

test('workflows are for operators', async ({ clients, settings }) => {
  const customer = await clients.as('customer', { at: settings.aiOrchestratorUrl });
  expect((await customer.get('/v1/runs')).status()).toBe(403);
});
