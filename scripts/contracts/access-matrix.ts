import { type Role, role } from '#contracts/access-token.ts';
import type { Json } from '#platform/schema/json-schema.ts';

/** Who asks: somebody of one role, to whom the things belong that are asked for, or not. */
export interface Asking {
  readonly role: Role;
  readonly owner: boolean;
}

export const everybody: readonly Asking[] = role.options.flatMap((one) => [
  { role: one, owner: true },
  { role: one, owner: false },
]);

/** An operation of an OpenAPI document. */
export interface Operation {
  /** `POST /v1/orders/{id}/actions` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Whom it is for, as its document says; undefined: for anyone. */
  readonly roles: ReadonlySet<string> | undefined;
  readonly takesBody: boolean;
}

/** A request for a thing of somebody's, as far as the path of its operation does not say it. */
export interface ThingRequest {
  readonly query?: string;
  readonly body?: object;
}

/** Asks for an operation. @param id of the thing: every parameter of its path. */
export function askFor(
  url: string,
  { path, method, takesBody }: Operation,
  { query = '', body = {} }: ThingRequest,
  { id, headers }: { readonly id: string; readonly headers: Readonly<Record<string, string>> },
): Promise<Response> {
  return fetch(`${url}${path.replaceAll(/\{\w+\}/g, id)}${query}`, {
    method,
    headers: { 'idempotency-key': 'matrix', 'content-type': 'application/json', ...headers },
    ...(takesBody ? { body: JSON.stringify(body) } : {}),
    // Answers without an end are not waited for.
    signal: AbortSignal.timeout(5_000),
  });
}

interface Described {
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: unknown;
}

/** Every operation of a document. @throws Error for one that does not say who may call it */
export function operationsOf(document: Json): Operation[] {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Described>>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody }]) => {
      const name = `${method.toUpperCase()} ${path}`;
      if (!security) throw new Error(`${name} does not say who may call it`);
      const roles = security.flatMap((requirement) => Object.values(requirement).flat());
      return {
        name,
        method: method.toUpperCase(),
        path,
        roles: security.length === 0 ? undefined : new Set(roles),
        takesBody: requestBody !== undefined,
      };
    }),
  );
}
