import { z } from 'zod';
import type { ErrorCode } from '#platform/errors/app-error.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { Access } from '#platform/identity/admit.ts';
import type { Parameters, Upstream } from '../upstream/upstream.ts';
import { noStore, noStoreHeader } from './answers.ts';

interface Relayed {
  readonly upstream: Pick<Upstream, 'ask'>;
  readonly method: 'get' | 'post';
  readonly path: string;
  /** Of the upstream, with the parameters of `path`. */
  readonly target: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Exclude<Access, 'anyone'>;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answers: z.ZodType;
  /** Of its own; all know `dependency-unavailable`. */
  readonly problems?: readonly ErrorCode[];
}

const signed = z.object({ authorization: z.string().optional() });

/**
 * A route of a service that is not behind the edge, for who looks at the console: it is asked with her own token, so that it
 * decides itself what she may.
 */
export function relay({ upstream, path, target, tag, answers, problems = [], ...relayed }: Relayed): Route {
  return route({
    method: relayed.method,
    path,
    summary: relayed.summary,
    tags: [tag],
    access: relayed.access,
    headers: signed,
    ...(relayed.params ? { params: relayed.params } : {}),
    ...(relayed.query ? { query: relayed.query } : {}),
    ...(relayed.body ? { body: relayed.body } : {}),
    responses: { 200: { description: 'As the service answers', schema: answers, headers: noStoreHeader } },
    problems: ['dependency-unavailable', 'too-many-requests', ...problems],
    handler: async ({ params, query, body, headers }) => {
      const given = (params ?? {}) as Readonly<Record<string, string>>;
      const answer = await upstream.ask({
        method: relayed.method === 'get' ? 'GET' : 'POST',
        path: target.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? '')),
        query: (query ?? {}) as Parameters,
        body,
        authorization: headers.authorization,
      });
      return { status: 200, headers: noStore, body: answer };
    },
  });
}
