import { refreshRequest } from '#contracts/http/identity.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { SignIn } from '../sign-in.ts';

/** `POST /v1/identity/tokens/revoke` */
export const signOutRoute = (identity: Pick<SignIn, 'signOut'>): Route =>
  route({
    method: 'post',
    path: '/v1/identity/tokens/revoke',
    summary: 'Sign out',
    description:
      'Ends the session of a refresh token; its access token is good until it expires. As in RFC 7009.',
    tags: ['identity'],
    access: 'anyone',
    body: refreshRequest,
    responses: { 204: { description: 'Signed out' } },
    problems: ['dependency-unavailable'],
    handler: async ({ body }) => {
      await identity.signOut(body.refreshToken);
      return { status: 204 };
    },
  });
