import type { Json } from '#platform/schema/json-schema.ts';

/** Values that a fuzzer can't guess. */
export interface KnownValues {
  /** By the property of a body that has them. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
  /** By a parameter's name or, of one in a path, by what it is in: `orders/{id}`. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

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
 * - with patterns that its engine knows;
 * - with values that exist, so that some of what it sends is done, not only refused.
 */
export function forFuzzer(document: Json, known: KnownValues = { properties: {}, parameters: {} }): Json {
  const copy = JSON.parse(
    JSON.stringify(document).replaceAll(String.raw`\\p{Cc}`, JSON.stringify(control).slice(1, -1)),
  );
  for (const [path, operations] of Object.entries<Record<string, Described>>(copy.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (isEndless(operation)) delete operations[method];
      for (const parameter of operation.parameters ?? []) addKnown(parameter, path, known.parameters);
    }
  }
  addExamples(copy, known.properties);
  return copy as Json;
}

/** One of the known values as often as anything else that the parameter may be. */
function addKnown(parameter: Parameter, path: string, known: KnownValues['parameters']): void {
  const { name } = parameter;
  const values = known[name] ?? known[`${path.split(`/{${name}}`)[0]?.split('/').at(-1)}/{${name}}`];
  if (values) parameter.schema = { anyOf: [{ type: 'string', enum: values }, parameter.schema] };
}

function addExamples(value: unknown, known: KnownValues['properties']): void {
  if (typeof value !== 'object' || value === null) return;
  const { properties } = value as { properties?: Record<string, Record<string, unknown>> };
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (known[name] && schema.type === 'string') schema.examples = known[name];
  }
  for (const part of Object.values(value)) addExamples(part, known);
}
