import { isDeepStrictEqual } from 'node:util';
import type { Json } from '#platform/schema/json-schema.ts';

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const exact = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'contentEncoding', 'contentMediaType'];
/** Compared elsewhere, or words for people. */
const others = [
  ...['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'default', 'properties', 'required'],
  ...['additionalProperties', 'items', 'title', 'description', 'examples', 'deprecated', '$schema', '$id'],
];
const known = new Set([...lowerBounds, ...upperBounds, ...exact, ...others]);

const changed = (key: string, old: Json, now: Json): string =>
  `${key} was ${JSON.stringify(old[key]) ?? 'none'}, is ${JSON.stringify(now[key]) ?? 'none'}`;

/** Bounds that the wide side has and the narrow side goes beyond. */
export function boundBreaks(old: Json, now: Json, narrow: Json, wide: Json): string[] {
  const beyond = (key: string, isInside: (inner: number, bound: number) => boolean): string[] => {
    const bound = wide[key] as number | undefined;
    if (bound === undefined) return [];
    const inner = narrow[key] as number | undefined;
    return inner !== undefined && isInside(inner, bound) ? [] : [changed(key, old, now)];
  };
  return [
    ...lowerBounds.flatMap((key) => beyond(key, (inner, bound) => inner >= bound)),
    ...upperBounds.flatMap((key) => beyond(key, (inner, bound) => inner <= bound)),
  ];
}

/** Whether one pattern or format is within another can't be told: it has to be the same, or none on the wide side. */
export const exactBreaks = (old: Json, now: Json, wide: Json): string[] =>
  exact
    .filter((key) => wide[key] !== undefined && !isDeepStrictEqual(old[key], now[key]))
    .map((key) => changed(key, old, now));

/** Of what is not understood here nothing may change. */
export function unknownBreaks(old: Json, now: Json): string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(now)].filter((key) => !known.has(key)));
  return [...keys]
    .filter((key) => !isDeepStrictEqual(old[key], now[key]))
    .map((key) => changed(key, old, now));
}
