import { credentials, tokens } from '#contracts/http/identity.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { SignIn } from '../sign-in.ts';
import { tokenHeaders } from './token-headers.ts';

/** `POST /v1/identity/tokens` */
export const signInRoute = (identity: Pick<SignIn, 'signIn'>): Route =>
  route({
    method: 'post',
    path: '/v1/identity/tokens',
    summary: 'Sign in',
    description: 'After five wrong attempts a name is locked for a while, longer each time.',
    tags: ['identity'],
    access: 'anyone',
    body: credentials,
    responses: { 200: { description: 'Let in', schema: tokens, headers: tokenHeaders.described } },
    problems: ['credentials-wrong', 'too-many-attempts', 'dependency-unavailable'],
    handler: async ({ body, address }) => ({
      status: 200,
      headers: tokenHeaders.sent,
      body: await identity.signIn(body, address),
    }),
  });
