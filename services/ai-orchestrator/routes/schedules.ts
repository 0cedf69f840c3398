import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { afterQuery, slug } from '#contracts/http/workflow-definitions.ts';
import { schedule, schedulePage, scheduleRequest } from '#contracts/http/workflows.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { latestDefinition } from '../database/definitions.ts';
import { type Engine, flawOfCron } from '../engine/engine.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['schedules'];

type Schedules = Pick<Engine, 'schedules' | 'createSchedule' | 'deleteSchedule'>;

/** `GET /v1/schedules` */
export const listSchedulesRoute = (engine: Schedules): Route =>
  route({
    method: 'get',
    path: '/v1/schedules',
    summary: 'List schedules, by name',
    tags,
    access: ['operator'],
    query: afterQuery,
    responses: { 200: { description: 'A page of schedules', schema: schedulePage, headers: noStoreHeader } },
    handler: async ({ query: { after = '', limit } }) => {
      const schedules = (await engine.schedules()).filter(({ name }) => name > after).slice(0, limit);
      const nextAfter = lastOfPage(schedules, limit)?.name ?? null;
      return { status: 200, headers: noStore, body: { schedules, nextAfter } };
    },
  });

/** `POST /v1/schedules` */
export const createScheduleRoute = (database: Database, engine: Schedules): Route =>
  route({
    method: 'post',
    path: '/v1/schedules',
    summary: 'Run a workflow again and again',
    description: 'Once for each time, in UTC, however many replicas there are.',
    tags,
    access: ['operator'],
    body: scheduleRequest,
    problems: ['not-found', 'name-taken'],
    responses: {
      200: { description: 'It is there already', schema: schedule },
      201: { description: 'The schedule', schema: schedule },
    },
    handler: async ({ body }) => {
      requireCron(body.cron);
      if (!(await latestDefinition(database, body.definition)))
        throw new AppError('not-found', `There is no workflow ${body.definition}.`);
      const known = (await engine.schedules()).find(({ name }) => name === body.name);
      if (known) {
        const { status: _, lastRunAt: __, ...request } = known;
        if (isDeepStrictEqual(request, body)) return { status: 200, body: known };
        throw new AppError('name-taken', `There is another schedule ${body.name}: delete it first.`);
      }
      await engine.createSchedule(body);
      return { status: 201, body: { ...body, status: 'active', lastRunAt: null } };
    },
  });

function requireCron(cron: string): void {
  const flaw = flawOfCron(cron);
  if (flaw === undefined) return;
  const message = `must be such as 0 0 5 * * * (seconds, minutes, hours …): ${flaw}`;
  throw new AppError('validation-failed', `body.cron ${message}`, {
    fields: [{ field: 'body.cron', message }],
  });
}

/** `DELETE /v1/schedules/:name` */
export const deleteScheduleRoute = (engine: Schedules): Route =>
  route({
    method: 'delete',
    path: '/v1/schedules/:name',
    summary: 'End a schedule',
    description: 'Runs that it has started go on.',
    tags,
    access: ['operator'],
    params: z.object({ name: slug }),
    problems: ['not-found'],
    responses: { 204: { description: 'It is gone' } },
    handler: async ({ params: { name } }) => {
      if (!(await engine.schedules()).some((known) => known.name === name))
        throw new AppError('not-found', `There is no schedule ${name}.`);
      await engine.deleteSchedule(name);
      return { status: 204 };
    },
  });
