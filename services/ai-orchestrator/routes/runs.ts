import { z } from 'zod';
import { slug } from '#contracts/http/workflow-definitions.ts';
import { executeRequest, runDetail, runPage, runQuery, workflowRun } from '#contracts/http/workflows.ts';
import type { Database } from '#platform/database/database.ts';
import { type Route, route } from '#platform/http/route.ts';
import { listRuns } from '../database/runs.ts';
import type { Engine } from '../engine/engine.ts';
import type { Workflows } from '../engine/workflows.ts';
import { idempotencyKeyHeaders } from './idempotency-key.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['runs'];
const runId = z.object({ id: z.uuid() });

/** `POST /v1/workflows/:id/execute` */
export const executeRoute = (workflows: Workflows): Route =>
  route({
    method: 'post',
    path: '/v1/workflows/:id/execute',
    summary: 'Run a workflow',
    tags,
    access: ['operator'],
    params: z.object({ id: slug }),
    headers: idempotencyKeyHeaders,
    body: executeRequest,
    problems: ['not-found', 'idempotency-key-missing'],
    responses: {
      202: {
        description: 'It will be run, once for the key',
        schema: workflowRun,
        headers: { Location: 'Where the run is' },
      },
    },
    handler: async ({ params, headers, body }) => {
      const key = headers['idempotency-key'];
      const run = await workflows.execute({
        definition: params.id,
        input: body.input,
        trigger: 'api',
        key,
      });
      return { status: 202, headers: { Location: `/v1/runs/${run.id}` }, body: run };
    },
  });

/** `GET /v1/runs` */
export const listRunsRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/runs',
    summary: 'List runs, newest first',
    tags,
    access: ['operator'],
    query: runQuery,
    responses: { 200: { description: 'A page of runs', schema: runPage, headers: noStoreHeader } },
    handler: async ({ query }) => {
      const runs = await listRuns(database, query);
      const nextBefore = lastOfPage(runs, query.limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { runs, nextBefore } };
    },
  });

/** `GET /v1/runs/:id` */
export const getRunRoute = (workflows: Workflows, engine: Pick<Engine, 'steps'>): Route =>
  route({
    method: 'get',
    path: '/v1/runs/:id',
    summary: 'Get a run, with what it has done until now',
    tags,
    access: ['operator'],
    params: runId,
    problems: ['not-found'],
    responses: { 200: { description: 'The run', schema: runDetail, headers: noStoreHeader } },
    handler: async ({ params }) => {
      const run = await workflows.find(params.id);
      const steps = await engine.steps(params.id);
      return { status: 200, headers: noStore, body: { ...run, steps } };
    },
  });

/** `POST /v1/runs/:id/stop` */
export const stopRunRoute = (workflows: Workflows): Route =>
  route({
    method: 'post',
    path: '/v1/runs/:id/stop',
    summary: 'End a run where it is',
    description: 'A step that is under way comes to its end. A run that has ended stays as it is.',
    tags,
    access: ['operator'],
    params: runId,
    problems: ['not-found'],
    responses: { 200: { description: 'The run', schema: workflowRun } },
    handler: async ({ params }) => ({ status: 200, body: await workflows.stop(params.id) }),
  });

/** `POST /v1/runs/:id/retry` */
export const retryRunRoute = (workflows: Workflows): Route =>
  route({
    method: 'post',
    path: '/v1/runs/:id/retry',
    summary: 'Go on with a run that has failed, at the step that failed, or that was stopped',
    tags,
    access: ['operator'],
    params: runId,
    problems: ['not-found', 'run-not-ended'],
    responses: { 202: { description: 'It goes on', schema: workflowRun } },
    handler: async ({ params }) => ({ status: 202, body: await workflows.retry(params.id) }),
  });
