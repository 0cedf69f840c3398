import { Readable } from 'node:stream';
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import type { Context, Middleware } from 'koa';
import type { z } from 'zod';
import { AppError, type ErrorCode, type FieldError } from '../errors/app-error.ts';
import { admit, identify, type Verifier } from '../identity/admit.ts';
import type { Identity } from '../identity/identity.ts';
import { clientAddress } from './client-address.ts';
import { hasEntityTag } from './entity-tag.ts';
import { appendFieldErrors } from './field-errors.ts';
import { isProbe } from './health-routes.ts';
import { readJsonBody } from './json-body.ts';
import { limitRate, type RateLimiter } from './rate-limit.ts';
import type { AnyReply, Route, RouteInput } from './route.ts';

/** Headers whose absence has a code of its own. */
const missingHeaderCodes: Readonly<Record<string, ErrorCode>> = {
  'header.idempotency-key': 'idempotency-key-missing',
};

export interface GuardOptions {
  /** The largest body that is read. */
  readonly maxBodyBytes: number;
  readonly verifier: Verifier;
  /** Absent: there is no limit. */
  readonly limiter?: RateLimiter | undefined;
}

/**
 * The middleware of a route: finds out who asks and whether she may, validates the request, runs the handler and writes
 * its reply. Nothing of a body is read for who may not send it.
 */
export function guard(route: Route, options: GuardOptions): Middleware {
  return async (ctx) => {
    nameRoute(route.path);
    ctx.state.route = route.path;
    const address = clientAddress(ctx.req);
    const identity = await letIn(route, ctx, options, address);
    ctx.state.identity = identity;
    const input = await validated(route, ctx, options.maxBodyBytes);
    const reply = await route.handler({ ...input, identity: identity as Identity, address });
    write(ctx, reply);
    const type = route.responses[reply.status]?.stream;
    if (type) ctx.set('Content-Type', type);
  };
}

/**
 * Who asks, if she may, and if she has not asked too often. What has no good token counts for its address, before it is
 * refused: tokens can't be tried without a limit.
 */
async function letIn(
  { access, path }: Route,
  ctx: Context,
  { verifier, limiter }: GuardOptions,
  address: string,
): Promise<Identity | undefined> {
  const limit = async (identity?: Identity): Promise<void> => {
    if (limiter && !isProbe(path)) await limitRate(ctx, limiter, identity, address);
  };
  let identity: Identity | undefined;
  try {
    identity = await identify(access, ctx.headers.authorization, verifier);
  } catch (refusal) {
    await limit();
    throw refusal;
  }
  await limit(identity);
  admit(access, identity);
  return identity;
}

/** Gives the HTTP instrumentation the pattern for its span's name and the `http.route` of its metrics. */
export function nameRoute(path: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata) metadata.route = path;
}

type AnyInput = RouteInput<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

async function validated(
  route: Route,
  ctx: Context,
  maxBodyBytes: number,
): Promise<Omit<AnyInput, 'identity' | 'address'>> {
  const errors: FieldError[] = [];
  const check = (schema: z.ZodType | undefined, part: string, value: unknown): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value);
    if (result.success) {
      if (part !== 'body') refuseOddNumbers(errors, part, value, result.data);
      return result.data;
    }
    appendFieldErrors(errors, part, result.error);
    return undefined;
  };
  const headers = check(route.headers, 'header', ctx.headers);
  const params = check(route.params, 'path', ctx.params);
  const query = check(route.query, 'query', route.query ? { ...ctx.query } : undefined);
  const body = route.body ? check(route.body, 'body', await readJsonBody(ctx.req, maxBodyBytes)) : undefined;
  if (errors.length > 0) throw validationError(errors);
  return { headers, params, query, body };
}

const decimal = /^-?\d+(?:\.\d+)?$/;

/** Coercion takes for a number what JavaScript takes for one: nothing at all for 0, blanks, 0x10. */
function refuseOddNumbers(errors: FieldError[], part: string, given: unknown, parsed: unknown): void {
  for (const [name, value] of Object.entries(parsed as Record<string, unknown>)) {
    const text = (given as Record<string, unknown>)[name];
    if (typeof value === 'number' && typeof text === 'string' && !decimal.test(text))
      errors.push({ field: `${part}.${name}`, message: 'must be a number in decimal' });
  }
}

function validationError(errors: FieldError[]): AppError {
  const missing = errors.find((error) => error.message === 'is required' && missingHeaderCodes[error.field]);
  const code = missing ? missingHeaderCodes[missing.field] : undefined;
  const [first] = errors as [FieldError];
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  return new AppError(code ?? 'validation-failed', `${first.field} ${first.message}${more}`, {
    fields: errors,
  });
}

function write(ctx: Context, reply: AnyReply): void {
  ctx.status = reply.status;
  if (reply.headers) ctx.set(reply.headers);
  const tag = reply.headers?.ETag;
  if (tag !== undefined && hasEntityTag(ctx.headers['if-none-match'], tag)) ctx.status = 304;
  else ctx.body = reply.body ?? null;
  // A stream that was destroyed has not said everything: its reader must see that, and not wait for the rest.
  if (reply.body instanceof Readable)
    reply.body.once('close', () => ctx.res.writableEnded || ctx.res.destroy());
}
