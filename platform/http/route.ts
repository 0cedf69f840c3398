import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ErrorCode } from '../errors/app-error.ts';
import type { Access } from '../identity/admit.ts';
import type { Identity } from '../identity/identity.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One answer that a route can give; without a schema it has no body. */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Its media type, when the body is a stream that the handler makes. */
  readonly stream?: string;
  /** Names of headers with what they say: an answer has no others but those that all have. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Responses = Readonly<Record<number, ResponseSpec>>;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type BodyOf<R> = R extends { schema: infer S extends z.ZodType }
  ? { readonly body: z.input<S> }
  : R extends { stream: string }
    ? { readonly body: Readable }
    : { readonly body?: never };

/** What a handler gives back: one of the declared statuses with the body that belongs to it. */
export type Reply<R extends Responses> = {
  [S in keyof R & number]: {
    readonly status: S;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<R[S]>;
}[keyof R & number];

/** The validated parts of a request, and who sends it. */
export interface RouteInput<P, Q, H, B, X extends Access = Access> {
  /** Undefined where anyone may ask: then nobody looks. */
  readonly identity: X extends 'anyone' ? undefined : Identity;
  /** Of the client, as far as it can be known. */
  readonly address: string;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  /** Names are in lower case, as Node gives them. */
  readonly headers: Parsed<H>;
  readonly body: Parsed<B>;
}

interface RouteDescription<R extends Responses, X extends Access = Access> {
  readonly method: Method;
  /** A path with parameters as `/v1/orders/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Who may call it. */
  readonly access: X;
  readonly responses: R;
  /** It begins work that others have to finish: when there is too much, less of it is let in than of anything else. */
  readonly beginsWork?: true;
  /** Codes of the errors that its handler throws; those of every route are known. */
  readonly problems?: readonly ErrorCode[];
}

interface RouteDefinition<P, Q, H, B, R extends Responses, A, X extends Access>
  extends RouteDescription<R, X> {
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: H;
  readonly body?: B;
  readonly handler: (input: RouteInput<P, Q, H, B, X>) => A | Promise<A>;
}

type Part = z.ZodType | undefined;

/** A route whatever its types are, as the server and the API description see it. */
export interface Route extends RouteDescription<Responses> {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly body?: z.ZodType;
  // A method, not a function property: methods compare bivariantly, so that every typed route is a Route.
  handler(input: RouteInput<z.ZodType, z.ZodType, z.ZodType, z.ZodType>): AnyReply | Promise<AnyReply>;
}

export interface AnyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Declares a route: what it takes, what it answers, and the handler. The schemas validate requests, type the handler
 * and describe the API (after logto's koa-guard).
 */
export function route<
  const R extends Responses,
  const X extends Access,
  P extends Part = undefined,
  Q extends Part = undefined,
  H extends Part = undefined,
  B extends Part = undefined,
  // Of its own, and const: the literal types of statuses would be lost in a type that depends on R.
  const A extends Reply<R> = Reply<R>,
>(definition: RouteDefinition<P, Q, H, B, R, A, X>): Route {
  return definition as unknown as Route;
}
