import { z } from 'zod';
import { account, roleAssignment, username } from '#contracts/http/identity.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { IdentityStore } from '../identity-store.ts';

/** `PUT /v1/identity/accounts/{username}/roles` */
export const assignRolesRoute = (store: Pick<IdentityStore, 'assignRoles'>): Route =>
  route({
    method: 'put',
    path: '/v1/identity/accounts/:username/roles',
    summary: 'Say what somebody may be',
    description: 'Access tokens that she has keep their roles until they expire; the next ones have these.',
    tags: ['identity'],
    access: ['operator'],
    params: z.strictObject({ username }),
    body: roleAssignment,
    responses: {
      200: {
        description: 'The account, with its roles now',
        schema: account,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['not-found', 'dependency-unavailable'],
    handler: async ({ params, body }) => {
      const found = await store.assignRoles(params.username, body.roles);
      if (!found) throw new AppError('not-found', 'There is no account of this name.');
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: found };
    },
  });
