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
