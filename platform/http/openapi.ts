import type { z } from 'zod';
import { problem } from '#contracts/http/problem.ts';
import { type Json, jsonSchema } from '../schema/json-schema.ts';
import { isProbe } from './health-routes.ts';
import { problemMediaType } from './problem.ts';
import { describeCodes, problemsByStatus } from './problem-responses.ts';
import { rateLimitHeaders } from './rate-limit.ts';
import type { ResponseSpec, Route } from './route.ts';

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Schemas that get a name under `components`; others stand where they are used. */
  readonly schemas?: Readonly<Record<string, z.ZodType>>;
}

/** The OpenAPI 3.1 document of the routes: the schemas that validate are the ones that it shows. */
export function describeApi(routes: readonly Route[], info: ApiInfo): Json {
  const named = new Map<z.ZodType, string>([[problem, 'Problem']]);
  for (const [name, schema] of Object.entries(info.schemas ?? {})) named.set(schema, name);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route, named) };
  }
  // A schema with defaults is one thing for who sends it and another for who reads it: here requests are meant.
  const schemas = Object.fromEntries([...named].map(([schema, name]) => [name, jsonSchema(schema, 'input')]));
  const { title, version, description } = info;
  const restricted = routes.some(({ access }) => access !== 'anyone');
  const securitySchemes = { [bearerScheme]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } };
  return {
    openapi: '3.1.0',
    info: { title, version, description },
    paths,
    components: {
      schemas,
      ...(routes.some(isLimited) ? { headers: limitHeaders } : {}),
      ...(restricted ? { securitySchemes } : {}),
    },
  };
}

const isLimited = ({ path }: Route): boolean => !isProbe(path);
const limitHeaders = Object.fromEntries(
  Object.entries(rateLimitHeaders).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]),
);
const limitReferences = Object.fromEntries(
  Object.keys(rateLimitHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** Answers of a route that is limited say so. */
const withLimit = (route: Route, responses: Json): Json =>
  isLimited(route)
    ? Object.fromEntries(
        Object.entries(responses as Record<string, { headers?: Json }>).map(([status, response]) => [
          status,
          { ...response, headers: { ...response.headers, ...limitReferences } },
        ]),
      )
    : responses;

const bearerScheme = 'accessToken';

/**
 * One requirement for each role that will do: any of them suffices, and a requirement of a scheme other than OAuth 2 may
 * name roles. https://spec.openapis.org/oas/v3.1.0#security-requirement-object
 */
const securityOf = ({ access }: Route): Json[] =>
  access === 'anyone' ? [] : access.map((role) => ({ [bearerScheme]: [role] }));

function operationOf(route: Route, named: ReadonlyMap<z.ZodType, string>): Json {
  const parameters = [
    ...parametersOf('path', route.params),
    ...parametersOf('query', route.query),
    ...parametersOf('header', route.headers),
  ];
  const responses = Object.entries(route.responses).map(([status, spec]) => [
    status,
    responseOf(spec, named),
  ]);
  const body = route.body && {
    required: true,
    content: { 'application/json': { schema: refer(route.body, 'input', named) } },
  };
  return {
    operationId: `${route.method}${route.path.replaceAll(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    tags: route.tags,
    security: securityOf(route),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: withLimit(route, {
      ...Object.fromEntries(responses),
      ...problemResponses(route, named),
    }),
  };
}

/** The extension that lists the codes that a status can have. */
export const problemCodesKey = 'x-problem-codes';

/** Problems (RFC 9457) by status; a route whose own answer has the status keeps that as well. */
function problemResponses(route: Route, named: ReadonlyMap<z.ZodType, string>): Json {
  const problems = [...problemsByStatus(route)].map(([status, codes]): [number, Json] => {
    const own = route.responses[status] && responseOf(route.responses[status], named);
    const content = { [problemMediaType]: { schema: refer(problem, 'output', named) } };
    return [
      status,
      {
        description: [own?.description, describeCodes(codes)].filter(Boolean).join('. '),
        headers: { ...problemHeaders(status), ...(own?.headers as Json | undefined) },
        content: { ...content, ...(own?.content as Json | undefined) },
        [problemCodesKey]: codes,
      },
    ];
  });
  return Object.fromEntries(problems);
}

const problemHeaders = (status: number): Json => ({
  'Cache-Control': { description: 'Always `no-store`', schema: { type: 'string' } },
  ...(status === 401 || status === 403
    ? {
        'WWW-Authenticate': {
          description: 'What is wrong with the access token (RFC 6750)',
          schema: { type: 'string' },
        },
      }
    : {}),
  ...(status === 503 || status === 429
    ? {
        'Retry-After': {
          description: 'Seconds after which a repeat makes sense',
          schema: { type: 'string' },
        },
      }
    : {}),
});

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description ? { description } : {}),
    schema: rest,
  }));
}

function responseOf(spec: ResponseSpec, named: ReadonlyMap<z.ZodType, string>): Json {
  const headers = Object.entries(spec.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return {
    description: spec.description,
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    ...(spec.schema
      ? { content: { 'application/json': { schema: refer(spec.schema, 'output', named) } } }
      : {}),
    ...(spec.stream ? { content: { [spec.stream]: { schema: { type: 'string' } } } } : {}),
  };
}

function refer(schema: z.ZodType, io: 'input' | 'output', named: ReadonlyMap<z.ZodType, string>): Json {
  const name = named.get(schema);
  return name ? { $ref: `#/components/schemas/${name}` } : jsonSchema(schema, io);
}
