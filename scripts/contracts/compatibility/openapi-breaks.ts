import type { Json } from '#platform/schema/json-schema.ts';
import { schemaBreaks } from './schema-breaks.ts';

type Content = Readonly<Record<string, { readonly schema?: Json }>>;
interface Body {
  readonly required?: boolean;
  readonly content: Content;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Json;
}
interface Response {
  readonly headers?: Json;
  readonly content?: Content;
}
/** Which roles a requirement names, by its scheme; any requirement of the list will do. */
type Security = readonly Readonly<Record<string, readonly string[]>>[];
interface Operation {
  readonly security?: Security;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Response>>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/**
 * What breaks a client that goes by the old document. Clients may be asked for less and offered more; they know errors by
 * their class (RFC 9110, section 15), so that another 4xx or 5xx is no break as long as it has the body of errors.
 */
export function openApiBreaks(old: Json, now: Json): string[] {
  const paths = (now.paths ?? {}) as Paths;
  return Object.entries(old.paths as Paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const place = `${method.toUpperCase()} ${path}`;
      const found = paths[path]?.[method];
      if (!found) return [`${place}: is gone`];
      return [
        ...securityBreaks(operation, found, place),
        ...parameterBreaks(old, operation, now, found, place),
        ...bodyBreaks(old, operation.requestBody, now, found.requestBody, `${place} body`),
        ...responseBreaks(old, operation, now, found, place),
      ];
    }),
  );
}

/** Who was let in is let in. */
function securityBreaks(
  { security: was = [] }: Operation,
  { security: is = [] }: Operation,
  place: string,
): string[] {
  if (is.length === 0) return [];
  if (was.length === 0) return [`${place}: needs an access token now`];
  const rolesOf = (security: Security): Set<string> =>
    new Set(security.flatMap((requirement) => Object.values(requirement).flat()));
  const left = rolesOf(is);
  return [...rolesOf(was)]
    .filter((role) => !left.has(role))
    .map((role) => `${place}: is not for ${role} any more`);
}

function parameterBreaks(old: Json, was: Operation, now: Json, is: Operation, place: string): string[] {
  const named = ({ parameters = [] }: Operation): Map<string, Parameter> =>
    new Map(parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  const before = named(was);
  const after = named(is);
  const kept = [...before].flatMap(([name, parameter]) => {
    const found = after.get(name);
    if (!found) return [`${place} ${name}: is gone`];
    if (found.required && !parameter.required) return [`${place} ${name}: is required now`];
    const schema = { document: old, schema: parameter.schema };
    return schemaBreaks(schema, { document: now, schema: found.schema }, 'taken', `${place} ${name}`);
  });
  const added = [...after].filter(([name, { required }]) => required && !before.has(name));
  return [...kept, ...added.map(([name]) => `${place} ${name}: is required now`)];
}

function bodyBreaks(
  old: Json,
  was: Body | undefined,
  now: Json,
  is: Body | undefined,
  place: string,
): string[] {
  if (!was) return is?.required ? [`${place}: is required now`] : [];
  if (!is) return [`${place}: is not taken any more`];
  const required = is.required && !was.required ? [`${place}: is required now`] : [];
  const content = Object.entries(was.content).flatMap(([type, { schema }]) => {
    const found = is.content[type];
    if (!found) return [`${place}: ${type} is not taken any more`];
    return schemaBreaks({ document: old, schema }, { document: now, schema: found.schema }, 'taken', place);
  });
  return [...required, ...content];
}

const isError = (status: string): boolean => /^[45]/.test(status);

function responseBreaks(old: Json, was: Operation, now: Json, is: Operation, place: string): string[] {
  const gone = Object.keys(was.responses).filter(
    (status) => status !== 'default' && !isError(status) && !is.responses[status],
  );
  const anyError = Object.entries(was.responses).find(([status]) => isError(status))?.[1];
  const answered = Object.entries(is.responses).flatMap(([status, response]) => {
    const promised =
      was.responses[status] ?? was.responses.default ?? (isError(status) ? anyError : undefined);
    if (promised) return answerBreaks(old, promised, now, response, `${place} ${status}`);
    return isError(status) ? [] : [`${place} ${status}: is given now`];
  });
  return [...gone.map((status) => `${place} ${status}: is gone`), ...answered];
}

function answerBreaks(old: Json, was: Response, now: Json, is: Response, place: string): string[] {
  const headers = Object.keys(was.headers ?? {}).filter((name) => !(name in (is.headers ?? {})));
  const content = Object.entries(is.content ?? {}).flatMap(([type, { schema }]) => {
    const promised = was.content?.[type];
    if (!promised) return [`${place}: ${type} is given now`];
    return schemaBreaks(
      { document: old, schema: promised.schema },
      { document: now, schema },
      'given',
      place,
    );
  });
  const types = Object.keys(was.content ?? {}).filter((type) => !is.content?.[type]);
  return [
    ...headers.map((name) => `${place} header ${name}: is gone`),
    ...types.map((type) => `${place}: ${type} is gone`),
    ...content,
  ];
}
