import { z } from 'zod';

export type Json = Record<string, unknown>;

/**
 * The JSON Schema (2020-12) of a zod schema.
 *
 * @param io `input`: what is taken; `output`: what is given, where a field with a default is always there.
 *
 * What is given stays open: readers have to expect fields that a later version adds. Only objects that are strict are
 * closed, in both directions.
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'object' && def.catchall === undefined) delete made.additionalProperties;
    },
  });
  return rest;
}
