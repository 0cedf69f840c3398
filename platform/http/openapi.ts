import { z } from 'zod';
import { problem } from '#contracts/http/problem.ts';
import { problemMediaType } from './problem.ts';
import type { ResponseSpec, Route } from './route.ts';

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Schemas that get a name under `components`; others stand where they are used. */
  readonly schemas?: Readonly<Record<string, z.ZodType>>;
}

type Json = Record<string, unknown>;

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
  return { openapi: '3.1.0', info: { title, version, description }, paths, components: { schemas } };
}

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
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: {
      ...Object.fromEntries(responses),
      default: {
        description: 'A problem (RFC 9457)',
        content: { [problemMediaType]: { schema: refer(problem, 'output', named) } },
      },
    },
  };
}

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

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
