import { isDeepStrictEqual } from 'node:util';
import type { Json } from '#platform/schema/json-schema.ts';
import { boundBreaks, exactBreaks, unknownBreaks } from './keyword-breaks.ts';

/**
 * - `taken`: requests and messages that are received: whatever was taken has to be taken still.
 * - `given`: answers and messages that are sent: whatever is given now has to be what was promised.
 */
export type Direction = 'taken' | 'given';

/** A schema with the document that its references point into. */
export interface SchemaIn {
  readonly document: Json;
  readonly schema: Json | undefined;
}

/** What breaks a partner who goes by the old schema, as `place: what`; empty when nothing does. */
export function schemaBreaks(old: SchemaIn, now: SchemaIn, direction: Direction, place: string): string[] {
  return new Comparison(old.document, now.document, direction).compare(old.schema, now.schema, place);
}

type Pair = readonly [old: Json, now: Json];

class Comparison {
  readonly #oldDocument: Json;
  readonly #nowDocument: Json;
  readonly #taken: boolean;

  constructor(oldDocument: Json, nowDocument: Json, direction: Direction) {
    this.#oldDocument = oldDocument;
    this.#nowDocument = nowDocument;
    this.#taken = direction === 'taken';
  }

  compare(oldSchema: unknown, nowSchema: unknown, place: string): string[] {
    const old = branches(resolved(oldSchema, this.#oldDocument));
    const now = branches(resolved(nowSchema, this.#nowDocument));
    const [oldOnly] = old;
    const [nowOnly] = now;
    if (old.length === 1 && now.length === 1 && oldOnly && nowOnly)
      return this.#one([oldOnly, nowOnly], place);
    // Each of the narrower side has to fit one of the wider side.
    const pairs = (part: Json): Pair[] =>
      this.#taken ? now.map((other) => [part, other]) : old.map((other) => [other, part]);
    return (this.#taken ? old : now).flatMap((part) => {
      const tries = pairs(part).map((pair) => this.#one(pair, place));
      if (tries.some((breaks) => breaks.length === 0)) return [];
      if (tries.length === 1) return tries[0] ?? [];
      return [`${place}: ${this.#verb(shown(part))}`];
    });
  }

  #one([oldSchema, nowSchema]: Pair, place: string): string[] {
    const old = resolved(oldSchema, this.#oldDocument);
    const now = resolved(nowSchema, this.#nowDocument);
    const kinds = this.#kinds(old, now);
    if (kinds.length > 0) return kinds.map((what) => `${place}: ${what}`);
    const [narrow, wide] = this.#taken ? [old, now] : [now, old];
    const keywords = valuesOf(narrow)
      ? []
      : [...boundBreaks(old, now, narrow, wide), ...exactBreaks(old, now, wide)];
    return [
      ...[...keywords, ...unknownBreaks(old, now), ...this.#default(old, now)].map(
        (what) => `${place}: ${what}`,
      ),
      ...this.#object(old, now, place),
      ...this.#items(old, now, place),
    ];
  }

  /** Types and values. */
  #kinds(old: Json, now: Json): string[] {
    const [narrow, wide] = this.#taken ? [old, now] : [now, old];
    const types = typesOf(narrow);
    const wideTypes = typesOf(wide);
    if (wideTypes) {
      if (!types) return [`the type was ${shown(old.type)}, is ${shown(now.type)}`];
      const fits = (type: string): boolean =>
        wideTypes.includes(type) || (type === 'integer' && wideTypes.includes('number'));
      const others = types.filter((type) => !fits(type));
      if (others.length > 0) return others.map((type) => this.#verb(type));
    }
    const wideValues = valuesOf(wide);
    if (!wideValues) return [];
    const values = valuesOf(narrow);
    if (!values) return [this.#verb(`anything but ${wideValues.map(shown).join(', ')}`)];
    const isKnown = (value: unknown): boolean => wideValues.some((known) => isDeepStrictEqual(known, value));
    return values.filter((value) => !isKnown(value)).map((value) => this.#verb(shown(value)));
  }

  #verb(what: string): string {
    return this.#taken ? `${what} is not taken any more` : `${what} is given now`;
  }

  #default(old: Json, now: Json): string[] {
    if (!this.#taken || old.default === undefined || isDeepStrictEqual(old.default, now.default)) return [];
    return [`the default was ${shown(old.default)}, is ${shown(now.default)}`];
  }

  #object(old: Json, now: Json, place: string): string[] {
    const fields = propertiesOf(old);
    const fieldsNow = propertiesOf(now);
    const kept = Object.keys(fields).flatMap((name) => {
      const inside = `${place}.${name}`;
      if (!(name in fieldsNow)) return [`${inside}: is gone`];
      const was = requiredOf(old).has(name);
      const is = requiredOf(now).has(name);
      if (this.#taken && is && !was) return [`${inside}: is required now`];
      if (!this.#taken && was && !is) return [`${inside}: may be missing now`];
      return this.compare(fields[name], fieldsNow[name], inside);
    });
    const added = Object.keys(fieldsNow).filter((name) => !(name in fields));
    return [...kept, ...this.#added(added, old, now, place), ...this.#others(old, now, place)];
  }

  #added(names: readonly string[], old: Json, now: Json, place: string): string[] {
    if (this.#taken) {
      return names
        .filter((name) => requiredOf(now).has(name))
        .map((name) => `${place}.${name}: is required now`);
    }
    if (old.additionalProperties !== false) return [];
    return names.map(
      (name) => `${place}.${name}: is given now, and its readers refuse what they do not know`,
    );
  }

  /** Fields that have no name in the schema. */
  #others(old: Json, now: Json, place: string): string[] {
    const [was, is] = [old.additionalProperties, now.additionalProperties];
    if (isSchema(was) && isSchema(is)) return this.compare(was, is, `${place}.*`);
    const closed = this.#taken && is === false && was !== false && Object.keys(propertiesOf(old)).length > 0;
    return closed ? [`${place}: fields that are not known are refused now`] : [];
  }

  #items(old: Json, now: Json, place: string): string[] {
    if (isSchema(old.items) && isSchema(now.items)) return this.compare(old.items, now.items, `${place}[]`);
    const [narrow, wide] = this.#taken ? [old, now] : [now, old];
    return isSchema(wide.items) && !isSchema(narrow.items) ? [`${place}[]: ${this.#verb('anything')}`] : [];
  }
}

const isSchema = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const propertiesOf = (schema: Json): Json => (schema.properties ?? {}) as Json;
const requiredOf = (schema: Json): Set<string> => new Set((schema.required ?? []) as string[]);
const shown = (value: unknown): string => JSON.stringify(value) ?? 'anything';

function typesOf({ type }: Json): string[] | undefined {
  if (type === undefined) return undefined;
  return (Array.isArray(type) ? type : [type]) as string[];
}

function valuesOf(schema: Json): unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return schema.enum as unknown[] | undefined;
}

/** The alternatives of a schema, each with what stands beside them. */
function branches(schema: Json): Json[] {
  const { anyOf, oneOf, ...rest } = schema;
  const alternatives = (anyOf ?? oneOf) as Json[] | undefined;
  return alternatives ? alternatives.map((part) => ({ ...rest, ...part })) : [schema];
}

/** @throws Error for a reference to nothing, which the linter has found before */
function resolved(schema: unknown, document: Json): Json {
  if (!isSchema(schema)) return {};
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const keys = $ref
    .replace(/^#\//, '')
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const target = keys.reduce<unknown>((at, key) => (isSchema(at) ? at[key] : undefined), document);
  if (!isSchema(target)) throw new Error(`${$ref} refers to nothing`);
  return resolved(target, document);
}
