import { z } from 'zod';

/** A variable of a service, as its schema and the comment above it say. */
export interface Variable {
  readonly name: string;
  readonly kind: string;
  /** As one would write it; undefined when it has to be set or may be missing. */
  readonly preset: string | undefined;
  readonly required: boolean;
  readonly about: string;
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly defaultValue?: unknown;
}
const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** What it is without its default, and what comes in rather than what is made of it. */
function innermost(schema: z.ZodType): z.ZodType {
  const { type, innerType, in: input } = definitionOf(schema);
  if ((type === 'default' || type === 'optional') && innerType) return innermost(innerType);
  return type === 'pipe' && input ? innermost(input) : schema;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly allOf?: readonly JsonSchema[];
}

const durations = '(ms|s|m|h)';
const isDuration = ({ pattern = '', allOf = [] }: JsonSchema): boolean =>
  pattern.includes(durations) || allOf.some(isDuration);

const safeLimit = Number.MAX_SAFE_INTEGER;

function kindOf(schema: z.ZodType): string {
  const json = z.toJSONSchema(innermost(schema), { io: 'output', unrepresentable: 'any' }) as JsonSchema;
  if (isDuration(json)) return 'duration';
  if (json.enum) return json.enum.join(', ');
  if (json.const !== undefined) return String(json.const);
  if (json.type === 'integer' || json.type === 'number') {
    const { minimum = -safeLimit, maximum = safeLimit } = json;
    const least = minimum > -safeLimit ? ` from ${minimum}` : '';
    return `${json.type === 'integer' ? 'whole number' : 'number'}${least}${maximum < safeLimit ? ` to ${maximum}` : ''}`;
  }
  if (json.format === 'uri') return 'address';
  return Array.isArray(presetOf(schema)) ? 'list' : 'text';
}

const presetOf = (schema: z.ZodType): unknown => {
  const { type, defaultValue, innerType } = definitionOf(schema);
  return type === 'default' ? defaultValue : innerType && presetOf(innerType);
};

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds as one writes them: `30s`. */
export function writtenDuration(ms: number): string {
  if (ms === 0) return '0s';
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

function written(preset: unknown, kind: string): string | undefined {
  if (preset === undefined) return undefined;
  if (Array.isArray(preset)) return preset.join(',');
  return kind === 'duration' && typeof preset === 'number' ? writtenDuration(preset) : String(preset);
}

/** `NAME: …` with the comment that stands above it, in the texts of the modules that define variables. */
export function commentsIn(sources: readonly string[]): Map<string, string> {
  const pattern = /\/\*\*((?:(?!\*\/)[\s\S])+)\*\/\s+([A-Z][A-Z0-9_]+):/g;
  const found = sources.flatMap((source) => [...source.matchAll(pattern)]);
  return new Map(
    found.map(([, comment = '', name = '']) => [name, comment.replaceAll(/^\s*\*\s?/gm, '').trim()]),
  );
}

/** The variables of a schema in the order in which they are defined. */
export function variablesOf(schema: z.ZodType, comments: ReadonlyMap<string, string>): Variable[] {
  const { shape } = innermost(schema) as z.ZodObject;
  return Object.entries(shape as Record<string, z.ZodType>).map(([name, one]) => {
    const kind = kindOf(one);
    const empty = one.safeParse(undefined);
    return {
      name,
      kind,
      preset: written(presetOf(one), kind),
      required: !empty.success,
      about: comments.get(name) ?? (empty.success ? '' : reasonOf(empty.error)),
    };
  });
}

/** What a missing variable is told with says what it is: `must be set: PostgreSQL's host`. */
const reasonOf = ({ issues }: z.ZodError): string =>
  (issues[0]?.message ?? '').replace(/^must be set: /, '').replace(/^Invalid input.*/, '');
