import type { Json } from '#platform/schema/json-schema.ts';

/** Values that a fuzzer can't guess, by the property that has them. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

interface Described {
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
export function forFuzzer(document: Json, known: KnownValues = {}): Json {
  const copy = JSON.parse(
    JSON.stringify(document).replaceAll(String.raw`\\p{Cc}`, JSON.stringify(control).slice(1, -1)),
  );
  for (const path of Object.values(copy.paths as Record<string, Record<string, Described>>)) {
    for (const [method, operation] of Object.entries(path)) if (isEndless(operation)) delete path[method];
  }
  addExamples(copy, known);
  return copy as Json;
}

function addExamples(value: unknown, known: KnownValues): void {
  if (typeof value !== 'object' || value === null) return;
  const { properties } = value as { properties?: Record<string, Record<string, unknown>> };
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (known[name] && schema.type === 'string') schema.examples = known[name];
  }
  for (const part of Object.values(value)) addExamples(part, known);
}
