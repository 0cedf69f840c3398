import { refreshRequest, tokens } from '#contracts/http/identity.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { SignIn } from '../sign-in.ts';
import { tokenHeaders } from './token-headers.ts';

/** `POST /v1/identity/tokens/refresh` */
export const refreshRoute = (identity: Pick<SignIn, 'refresh'>): Route =>
  route({
    method: 'post',
    path: '/v1/identity/tokens/refresh',
    summary: 'Get other tokens for a refresh token',
    description: 'It is used up by it. One that comes a second time ends the session, with all tokens of it.',
    tags: ['identity'],
    access: 'anyone',
    body: refreshRequest,
    responses: { 200: { description: 'Other tokens', schema: tokens, headers: tokenHeaders.described } },
    problems: ['token-invalid', 'dependency-unavailable'],
    handler: async ({ body }) => ({
      status: 200,
      headers: tokenHeaders.sent,
      body: await identity.refresh(body.refreshToken),
    }),
  });
