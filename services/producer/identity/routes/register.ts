import { registration, registrationReceipt } from '#contracts/http/identity.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { SignIn } from '../sign-in.ts';

/** `POST /v1/identity/accounts` */
export const registerRoute = (identity: Pick<SignIn, 'register'>): Route =>
  route({
    method: 'post',
    path: '/v1/identity/accounts',
    summary: 'Ask for an account',
    description:
      'Of a customer. The answer is the same when the name is taken, so that nobody finds out who has an account: sign ' +
      'in to see whether it is yours.',
    tags: ['identity'],
    access: 'anyone',
    body: registration,
    responses: { 202: { description: 'Asked for', schema: registrationReceipt } },
    problems: ['dependency-unavailable'],
    handler: async ({ body }) => {
      await identity.register(body);
      return { status: 202, body: { username: body.username } };
    },
  });
