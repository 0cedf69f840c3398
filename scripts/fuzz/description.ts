import type { Json } from '#platform/schema/json-schema.ts';

/** Values that a fuzzer can't guess. */
export interface KnownValues {
  /** By the property of a body that has them. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
  /** By a parameter's name or, of one in a path, by what it is in: `orders/{id}`. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

export const nothingKnown: KnownValues = { properties: {}, parameters: {} };

interface Parameter {
  readonly name: string;
  schema: unknown;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const isEndless = ({ responses = {} }: Described): boolean =>
  Object.values(responses).some(({ content = {} }) => Object.hasOwn(content, 'text/event-stream'));

/** What a class of Unicode has in it, for an engine that does not know its name. */
const control = String.raw`\x00-\x1f\x7f-\x9f`;

/**
 * A service's OpenAPI document as Schemathesis is to see it: the same requests and answers, but
 * - without streams, which have no end that it could wait for (they have tests of their own);
 * - with patterns that its engine knows, and without tuples, which it does not (`prefixItems`): a list of as many of any of them;
 * - with values that exist, so that some of what it sends is done, not only refused;
 * - without the paths that are answered by a part which the stack does not have.
 */
export function forFuzzer(document: Json, known = nothingKnown, absent: readonly string[] = []): Json {
  const copy = JSON.parse(
    JSON.stringify(document).replaceAll(String.raw`\\p{Cc}`, JSON.stringify(control).slice(1, -1)),
  );
  for (const path of absent) delete copy.paths[path];
  for (const [path, operations] of Object.entries<Record<string, Described>>(copy.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (isEndless(operation)) delete operations[method];
      for (const parameter of operation.parameters ?? []) addKnown(parameter, path, known.parameters);
    }
  }
  addExamples(copy, known.properties);
  loosenTuples(copy);
  return copy as Json;
}

/** One of the known values as often as anything else that the parameter may be. */
function addKnown(parameter: Parameter, path: string, known: KnownValues['parameters']): void {
  const { name } = parameter;
  const values = known[name] ?? known[`${path.split(`/{${name}}`)[0]?.split('/').at(-1)}/{${name}}`];
  if (values) parameter.schema = { anyOf: [{ type: 'string', enum: values }, parameter.schema] };
}

function loosenTuples(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const schema = value as { prefixItems?: unknown[]; items?: unknown; minItems?: number; maxItems?: number };
  const { prefixItems } = schema;
  if (Array.isArray(prefixItems)) {
    delete schema.prefixItems;
    const length = prefixItems.length;
    Object.assign(schema, { items: { anyOf: prefixItems }, minItems: length, maxItems: length });
  }
  for (const part of Object.values(value)) loosenTuples(part);
}

function addExamples(value: unknown, known: KnownValues['properties']): void {
  if (typeof value !== 'object' || value === null) return;
  const { properties } = value as { properties?: Record<string, Record<string, unknown>> };
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (known[name] && schema.type === 'string') schema.examples = known[name];
  }
  for (const part of Object.values(value)) addExamples(part, known);
}
