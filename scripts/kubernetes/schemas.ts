import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';

export const schemasFile = 'k8s/schemas/definitions.json';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Definition = Record<string, Json>;

const openApi = z.object({
  info: z.object({ version: z.string() }),
  definitions: z.record(z.string(), z.record(z.string(), z.json())),
});

const vendored = z.object({
  /** Of the API server that it was taken from. */
  version: z.string(),
  /** The definition of each kind, by `apiVersion/kind`. */
  kinds: z.record(z.string(), z.string()),
  definitions: z.record(z.string(), z.record(z.string(), z.json())),
});

export type Schemas = z.infer<typeof vendored>;

const groupVersionKinds = z.array(z.object({ group: z.string(), version: z.string(), kind: z.string() }));

/** Without what no validator looks at: it is nine tenths of the document. */
function withoutProse(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => !(key === 'description' && typeof inner === 'string') && !key.startsWith('x-'),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutProse(inner)]));
}

/** What the API server says of itself (/openapi/v2), reduced to the kinds that are used here and what they consist of. */
export function reduceOpenApi(document: unknown, usedKinds: ReadonlySet<string>): Schemas {
  const { info, definitions } = openApi.parse(document);
  const kinds: Record<string, string> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of groupVersionKinds.parse(
      definition['x-kubernetes-group-version-kind'] ?? [],
    )) {
      const id = `${group ? `${group}/` : ''}${version}/${kind}`;
      if (usedKinds.has(id)) kinds[id] = name;
    }
  }
  const kept: Record<string, Definition> = {};
  const keep = (name: string): void => {
    if (kept[name]) return;
    const definition = withoutProse(definitions[name] ?? {}) as Definition;
    kept[name] = definition;
    for (const [, next = ''] of JSON.stringify(definition).matchAll(/"#\/definitions\/([^"]+)"/g)) keep(next);
  };
  for (const name of Object.values(kinds)) keep(name);
  const sorted = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { version: info.version, kinds: sorted(kinds), definitions: sorted(kept) };
}

/** One definition a line: small, and a change can be read. */
export function schemasText({ version, kinds, definitions }: Schemas): string {
  const lines = Object.entries(definitions).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{"version": ${JSON.stringify(version)},\n"kinds": ${JSON.stringify(kinds, undefined, 1)},\n"definitions": {\n${lines.join(',\n')}\n}}\n`;
}

export async function readSchemas(): Promise<Schemas> {
  return vendored.parse(JSON.parse(await readFile(join(repositoryRoot, schemasFile), 'utf8')));
}

const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** OpenAPI's formats as JSON Schema; strict: nothing that is not declared, as the API server's strict validation has it. */
function strictDefinition(name: string, definition: Definition): Definition {
  if (name === intOrString) return { type: ['integer', 'string'] };
  if (name === quantity) return { type: ['number', 'string'] };
  const { properties } = definition;
  return properties ? { ...definition, additionalProperties: false } : definition;
}

/** kubeconform's name for a kind: `deployment-apps-v1`, `role-rbac-v1`, `service-v1`. */
function fileName(id: string): string {
  const [kind = '', version = '', group = ''] = id.split('/').reverse();
  return `${[kind, ...(group ? [group.split('.')[0]] : []), version].join('-').toLowerCase()}.json`;
}

/** Writes a file for each kind, where `schemaLocation` looks for it. */
export async function writeSchemas({ kinds, definitions }: Schemas, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const strict = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, strictDefinition(name, definition)]),
  );
  for (const [id, name] of Object.entries(kinds)) {
    const schema = { $ref: `#/definitions/${name}`, definitions: strict };
    await writeFile(join(folder, fileName(id)), JSON.stringify(schema));
  }
}

/** kubeconform's `-schema-location` for such a folder. */
export const schemaLocation = (folder: string): string => `${folder}/{{.ResourceKind}}{{.KindSuffix}}.json`;
