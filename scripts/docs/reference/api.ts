import type { Json } from '#platform/schema/json-schema.ts';
import { cell, code, page, table } from './markdown.ts';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses?: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

function who({ security = [] }: Operation): string {
  const roles = new Set(security.flatMap((requirement) => Object.values(requirement).flat()));
  return roles.size === 0 ? 'anyone' : [...roles].sort().join(', ');
}

function section(service: string, { info, paths }: Document): string {
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [
      code(`${method.toUpperCase()} ${path}`),
      cell(who(operation)),
      cell(operation.summary ?? ''),
      Object.keys(operation.responses ?? {}).join(', '),
    ]),
  );
  return `## ${service}\n\n${info.title}. ${info.description ?? ''}\n\n${table(['operation', 'for', 'what it does', 'answers'], rows)}`;
}

/** Every operation of every service, of their own OpenAPI documents. */
export const apiReference = (documents: ReadonlyMap<string, Json>): string =>
  page(
    'HTTP APIs',
    "the services' OpenAPI documents",
    'Each service serves its whole document at `/openapi.json`, with every schema and problem, and a page to try it at `/docs`: the producer through the edge at https://localhost:8443/docs. Errors are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a stable `code`.',
    ...[...documents]
      .filter(([name]) => name.endsWith('.openapi'))
      .map(([name, document]) => section(name.replace('.openapi', ''), document as unknown as Document)),
  );
