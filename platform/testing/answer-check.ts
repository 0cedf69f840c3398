import { Readable } from 'node:stream';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Problem } from '#contracts/http/problem.ts';
import type { Answer } from '../http/answers.ts';
import { problemCodesKey } from '../http/openapi.ts';
import { problemMediaType } from '../http/problem.ts';
import type { Json } from '../schema/json-schema.ts';

interface Response {
  readonly headers?: Json;
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
  readonly [problemCodesKey]?: readonly string[];
}
type Operations = Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>;
interface Document {
  readonly paths: Readonly<Record<string, Operations>>;
  readonly components?: Json;
}

// What every answer may have: HTTP's own, CORS, and the headers that protect (helmet).
const ofEveryAnswer =
  /^(connection|content-(length|type)|date|keep-alive|transfer-encoding|vary|access-control-.*|content-security-policy|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-.*)$/;
/** Statuses of requests that no route took. */
const withoutRoute = new Set([400, 404, 405, 500, 503]);
const pages = /^\/(docs(\/.*)?|openapi\.json|asyncapi\.json|console\/?|console\/assets\/.*)$/;

/** What an answer has that its API document does not promise, in words; empty when it keeps to it. */
export function undocumented(answer: Answer): string[] {
  const { document, method, path, route, status } = answer;
  const who = `${method} ${route ?? path} answered ${status}`;
  if (route === undefined) return withoutOperation(answer).map((what) => `${who}: ${what}`);
  const { paths, components } = document as unknown as Document;
  const operations = paths[route.replaceAll(/:(\w+)/g, '{$1}')];
  const operation = operations?.[(method === 'HEAD' ? 'GET' : method).toLowerCase()];
  const response = operation?.responses[status] ?? operation?.responses.default;
  if (!response) return [`${who}: the document has no such status`];
  return [...undocumentedHeaders(answer, response), ...undocumentedBody(answer, response, components)].map(
    (what) => `${who}: ${what}`,
  );
}

/** Answers that belong to no route: pages, preflights, and problems of the address or the platform. */
function withoutOperation(answer: Answer): string[] {
  const { method, path, status, headers } = answer;
  if (pages.test(path) || (method === 'OPTIONS' && status === 204)) return [];
  const components = (answer.document as unknown as Document).components;
  if (!withoutRoute.has(status)) return ['no route took it, and this status is for routes only'];
  const schema = { $ref: '#/components/schemas/Problem' };
  const allowed = { Allow: {}, 'Cache-Control': {}, 'Retry-After': {} };
  const response = { headers: allowed, content: { [problemMediaType]: { schema } } };
  return [...undocumentedHeaders({ headers }, response), ...undocumentedBody(answer, response, components)];
}

function undocumentedHeaders({ headers }: Pick<Answer, 'headers'>, response: Response): string[] {
  const known = new Set(Object.keys(response.headers ?? {}).map((name) => name.toLowerCase()));
  return Object.keys(headers)
    .filter((name) => !ofEveryAnswer.test(name) && !known.has(name.toLowerCase()))
    .map((name) => `the document has no header "${name}"`);
}

function undocumentedBody(
  { method, headers, body }: Answer,
  response: Response,
  components?: Json,
): string[] {
  const value = plain(body);
  if (value === undefined) return response.content && method !== 'HEAD' ? ['the body is missing'] : [];
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? '';
  const media = response.content?.[type];
  if (!media) return [`the document has no body of type "${type}"`];
  if (!media.schema || value === stream) return [];
  const codes = response[problemCodesKey];
  if (type === problemMediaType && codes && !codes.includes((value as Problem).code)) {
    return [`the document has no problem "${(value as Problem).code}" of this status`];
  }
  const validate = validatorOf(media.schema, components ?? {});
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` ("${params.additionalProperty}")` : '';
    return `the body${instancePath} ${message}${extra}`;
  });
}

const stream = Symbol('stream');

/** The body as a client reads it; undefined when there is none. */
function plain(body: unknown): unknown {
  if (body === undefined || body === null || body === '') return undefined;
  if (body instanceof Readable) return stream;
  return JSON.parse(typeof body === 'string' ? body : JSON.stringify(body));
}

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
// Each test makes its own server and with it its own document: equal ones are compiled once.
const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: Json, components: Json): ValidateFunction {
  const text = JSON.stringify({ ...closed(schema), components: closed(components) });
  const validate = validators.get(text) ?? ajv.compile(JSON.parse(text));
  validators.set(text, validate);
  return validate;
}

/** The schema without room for what it does not name: readers have to expect more, we may not send it. */
function closed(schema: Json): Json {
  const inner = Object.entries(schema).map(([key, value]) => [key, closedValue(value)]);
  const open = schema.type === 'object' && schema.properties && schema.additionalProperties === undefined;
  return { ...Object.fromEntries(inner), ...(open ? { additionalProperties: false } : {}) };
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closed(value as Json) : value;
}
