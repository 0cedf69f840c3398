import { account } from '#contracts/http/identity.ts';
import { AppError } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { IdentityStore } from '../identity-store.ts';

/** `GET /v1/identity/accounts/me` */
export const showAccountRoute = (store: Pick<IdentityStore, 'accountOf'>): Route =>
  route({
    method: 'get',
    path: '/v1/identity/accounts/me',
    summary: 'Show the account of who asks',
    tags: ['identity'],
    access: ['customer', 'barista', 'operator'],
    responses: {
      200: {
        description: 'The account',
        schema: account,
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    problems: ['not-found', 'dependency-unavailable'],
    handler: async ({ identity }) => {
      const found = await store.accountOf(identity.subject);
      if (!found) throw new AppError('not-found', 'This token is of no account.');
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: found };
    },
  });
