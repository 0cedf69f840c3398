import { z } from 'zod';
import { assignRequest, closeRequest, task, taskPage, taskQuery } from '#contracts/http/tasks.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { assignTask, findTask, listTasks } from '../database/tasks.ts';
import type { Workflows } from '../engine/workflows.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['tasks'];
const taskId = z.object({ id: z.uuid() });

/** `GET /v1/tasks` */
export const listTasksRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/tasks',
    summary: 'List what people have to do, newest first',
    tags,
    access: ['operator'],
    query: taskQuery,
    responses: { 200: { description: 'A page of tasks', schema: taskPage, headers: noStoreHeader } },
    handler: async ({ query }) => {
      const tasks = await listTasks(database, query);
      const nextBefore = lastOfPage(tasks, query.limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { tasks, nextBefore } };
    },
  });

/** `GET /v1/tasks/:id` */
export const getTaskRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/tasks/:id',
    summary: 'Get a task',
    tags,
    access: ['operator'],
    params: taskId,
    problems: ['not-found'],
    responses: { 200: { description: 'The task', schema: task, headers: noStoreHeader } },
    handler: async ({ params }) => {
      const found = await findTask(database, params.id);
      if (!found) throw new AppError('not-found', 'There is no such task.');
      return { status: 200, headers: noStore, body: found };
    },
  });

/** `POST /v1/tasks/:id/assign` */
export const assignTaskRoute = (database: Database): Route =>
  route({
    method: 'post',
    path: '/v1/tasks/:id/assign',
    summary: 'Say who does a task',
    tags,
    access: ['operator'],
    params: taskId,
    body: assignRequest,
    problems: ['not-found', 'task-closed'],
    responses: { 200: { description: 'The task', schema: task } },
    handler: async ({ params, body }) => {
      const assigned = await assignTask(database, params.id, body.assignee);
      if (assigned) return { status: 200, body: assigned };
      const found = await findTask(database, params.id);
      if (!found) throw new AppError('not-found', 'There is no such task.');
      throw new AppError('task-closed', `The task is ${found.status} already.`);
    },
  });

const closing = (
  workflows: Workflows,
  verb: 'complete' | 'fail',
  status: 'completed' | 'failed',
  summary: string,
): Route =>
  route({
    method: 'post',
    path: `/v1/tasks/:id/${verb}`,
    summary,
    description: 'A repeat changes nothing.',
    tags,
    access: ['operator'],
    params: taskId,
    body: closeRequest,
    problems: ['not-found', 'task-closed'],
    responses: { 200: { description: 'The task', schema: task } },
    handler: async ({ identity, params, body }) => {
      const end = { id: params.id, status, note: body.note, by: identity.subject };
      const closed = await workflows.close(end);
      return { status: 200, body: closed };
    },
  });

/** `POST /v1/tasks/:id/complete` */
export const completeTaskRoute = (workflows: Workflows): Route =>
  closing(workflows, 'complete', 'completed', 'Complete a task; an approval is given by that');

/** `POST /v1/tasks/:id/fail` */
export const failTaskRoute = (workflows: Workflows): Route =>
  closing(workflows, 'fail', 'failed', 'Fail a task; an approval is refused by that');
