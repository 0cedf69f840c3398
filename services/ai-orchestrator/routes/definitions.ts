import { z } from 'zod';
import {
  afterQuery,
  slug,
  workflowDefinition,
  workflowDefinitionPage,
  workflowDefinitionRequest,
} from '#contracts/http/workflow-definitions.ts';
import type { Database } from '#platform/database/database.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import { latestDefinition, listDefinitions, saveDefinition } from '../database/definitions.ts';
import { flawsOf } from '../domain/check-definition.ts';
import { lastOfPage, noStore, noStoreHeader } from './paging.ts';

const tags = ['definitions'];

/** `GET /v1/workflows` */
export const listDefinitionsRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/workflows',
    summary: 'List workflows, the latest version of each, by name',
    tags,
    access: ['operator'],
    query: afterQuery,
    responses: {
      200: { description: 'A page of workflows', schema: workflowDefinitionPage, headers: noStoreHeader },
    },
    handler: async ({ query }) => {
      const definitions = await listDefinitions(database, query);
      const nextAfter = lastOfPage(definitions, query.limit)?.id ?? null;
      return { status: 200, headers: noStore, body: { definitions, nextAfter } };
    },
  });

/** `GET /v1/workflows/:id` */
export const getDefinitionRoute = (database: Database): Route =>
  route({
    method: 'get',
    path: '/v1/workflows/:id',
    summary: 'Get the latest version of a workflow',
    tags,
    access: ['operator'],
    params: z.object({ id: slug }),
    problems: ['not-found'],
    responses: { 200: { description: 'The workflow', schema: workflowDefinition, headers: noStoreHeader } },
    handler: async ({ params }) => {
      const definition = await latestDefinition(database, params.id);
      if (!definition) throw new AppError('not-found', `There is no workflow ${params.id}.`);
      return { status: 200, headers: noStore, body: definition };
    },
  });

/** `POST /v1/workflows` */
export const createDefinitionRoute = (database: Database): Route =>
  route({
    method: 'post',
    path: '/v1/workflows',
    summary: 'Create a workflow, or a new version of it',
    description:
      'Runs that are under way keep their version. What changes something outside needs an approval of a person before.',
    tags,
    access: ['operator'],
    body: workflowDefinitionRequest,
    responses: {
      200: { description: 'Its latest version is just this', schema: workflowDefinition },
      201: { description: 'The new version', schema: workflowDefinition },
    },
    handler: async ({ body }) => {
      const fields = flawsOf(body).map(({ field, message }) => ({ field: `body.${field}`, message }));
      const [first] = fields;
      if (first) throw new AppError('validation-failed', `${first.field} ${first.message}`, { fields });
      const { definition, created } = await saveDefinition(database, body);
      return { status: created ? 201 : 200, body: definition };
    },
  });
