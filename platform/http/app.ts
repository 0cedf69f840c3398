import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from '@koa/cors';
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { AppError, messageOf } from '../errors/app-error.ts';
import type { Verifier } from '../identity/admit.ts';
import { describeMessaging, type Messaging } from '../kafka/asyncapi.ts';
import type { Health } from '../lifecycle/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import { AdaptiveLimit, shedOverload } from './adaptive-limit.ts';
import { publishAnswers } from './answers.ts';
import { addApiPage, addDocument } from './api-page.ts';
import { boundary } from './boundary.ts';
import { guard } from './guard.ts';
import { healthRoutes, isProbe } from './health-routes.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { type ApiInfo, describeApi } from './openapi.ts';
import { QuickRefusal, type Refuse } from './quick-refusal.ts';
import { type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import { RequestLog } from './request-log.ts';
import type { Route } from './route.ts';
import { securityHeaders, withHeaders } from './security-headers.ts';
import { addStaticFiles, type StaticFiles } from './static-files.ts';

export interface AppOptions {
  readonly log: Logger;
  readonly info: ApiInfo;
  readonly routes: readonly Route[];
  /** Tells who asks: needed unless every route is for anyone. */
  readonly verifier?: Verifier;
  /** What the service sends and receives through Kafka: `/asyncapi.json`. */
  readonly messaging?: Messaging;
  /** How often somebody may ask; absent: as often as she likes. */
  readonly limiter?: RateLimiter;
  /** Absent: there are no health routes. */
  readonly health?: Health | undefined;
  /** Exact origins, as `https://coffee.example`; others get no CORS headers. */
  readonly corsOrigins: readonly string[];
  /** Beyond this many requests at a time: 503. */
  readonly maxInFlight: number;
  /** How long requests of a route may take on average, in milliseconds, before fewer are let in; absent: any time. */
  readonly latencyTargetMs?: number;
  /** A page that the service serves beside its API. */
  readonly files?: StaticFiles | undefined;
  /** Where that page may connect to, beside its own origin. */
  readonly connectSources?: readonly string[];
  /** Largest body of a request; 64 KiB unless told. */
  readonly maxBodyBytes?: number;
}

/** The Koa application of a service: routes with everything around them that every service has. */
export function createApp(options: AppOptions): Application {
  const { log, health } = options;
  const routes = [...options.routes, ...(health ? healthRoutes(health) : [])];
  const router = new Router();
  const verifier = options.verifier ?? withoutIdentities(routes);
  const guarding = { maxBodyBytes: options.maxBodyBytes ?? 64 * 1024, verifier, limiter: options.limiter };
  const limits = new Map<string, AdaptiveLimit>();
  for (const route of routes) {
    const limit = limitOf(route, options);
    const shedding = limit ? [shedOverload(limit)] : [];
    router[route.method](route.path, ...shedding, guard(route, guarding));
    if (limit && !route.path.includes(':')) limits.set(`${route.method.toUpperCase()} ${route.path}`, limit);
  }
  const document = describeApi(routes, options.info);
  addApiPage(router, options.info.title, document);
  if (options.messaging)
    addDocument(router, '/asyncapi.json', describeMessaging(options.messaging, options.info));

  if (options.files) addStaticFiles(router, options.files);

  const headers = securityHeaders(options.connectSources);
  const requests = new RequestLog(log);
  const app = new Application(
    new QuickRefusal({ limits, headers, origins: options.corsOrigins, log: requests, document }),
  );
  app.silent = true;
  app.on('error', (error: Error & { headerSent?: boolean }) => {
    // Errors of handlers end in the boundary. What comes here is mostly a client that went away in mid-answer.
    log[error.headerSent ? 'debug' : 'error'](
      { error: messageOf(error), stack: error.stack },
      'answering failed',
    );
  });
  app.use(publishAnswers(document));
  app.use(boundary(requests));
  app.use(withHeaders(headers));
  app.use(requireWellFormed);
  // Before what refuses: a page may know why.
  if (options.corsOrigins.length > 0) app.use(allowOrigins(options.corsOrigins));
  app.use(inFlightLimit(options.maxInFlight, isProbe));
  app.use(router.routes());
  app.use(unmatched);
  return app;
}

/** Koa, asked only for what is not refused before. */
export class Application extends Koa {
  /** For the server to ask before anything else has seen a request. */
  readonly refuseUnseen: Refuse;
  readonly #refuse: Refuse;

  constructor({ refuse, refuseUnseen }: QuickRefusal) {
    super();
    this.#refuse = refuse;
    this.refuseUnseen = refuseUnseen;
  }

  override callback(): ReturnType<Koa['callback']> {
    const handle = super.callback();
    return (request, response) => {
      const refused = this.#refuse(request as IncomingMessage, response as ServerResponse);
      return refused ? Promise.resolve() : handle(request, response);
    };
  }
}

// What 300 a second are done with in time: on a machine that is full a producer places 400.
const leastOfNewWork = 64;

/** Each route has a limit of its own: what waits for Kafka takes no place from what reads. Probes always pass. */
function limitOf(
  { path, beginsWork }: Route,
  { latencyTargetMs: targetMs, maxInFlight: most }: AppOptions,
): AdaptiveLimit | undefined {
  if (targetMs === undefined || isProbe(path)) return undefined;
  return new AdaptiveLimit({ most, targetMs, ...(beginsWork ? { least: leastOfNewWork } : {}) });
}

/** @throws Error naming a route that needs to know who asks. */
function withoutIdentities(routes: readonly Route[]): Verifier {
  const restricted = routes.find(({ access }) => access !== 'anyone');
  if (restricted) throw new Error(`${restricted.path} is not for anyone: give createApp a verifier.`);
  return {
    verify: () => {
      throw new AppError('internal', 'Nobody can be known here.');
    },
  };
}

function allowOrigins(origins: readonly string[]): Middleware {
  const allowed = new Set(origins);
  return cors({
    origin: (ctx) => {
      const origin = ctx.get('Origin');
      return allowed.has(origin) ? origin : '';
    },
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-None-Match',
      'traceparent',
      'tracestate',
    ],
    exposeHeaders: [
      'Location',
      'ETag',
      'Idempotency-Replayed',
      'Retry-After',
      'WWW-Authenticate',
      ...Object.keys(rateLimitHeaders),
    ],
    maxAge: 600,
  });
}

/**
 * What Node's parser lets through and Koa would fail on: an absolute address that is none, and HTTP/1.1 without Host
 * (RFC 9112, section 3.2).
 */
const requireWellFormed: Middleware = (ctx, next) => {
  const { url = '', headers, httpVersion } = ctx.req;
  if (!url.startsWith('/') && url !== '*' && !URL.canParse(url)) {
    throw new AppError('validation-failed', 'The address of the request is not valid.');
  }
  if (headers.host === undefined && httpVersion === '1.1') {
    const field = { field: 'header.host', message: 'is required' };
    throw new AppError('validation-failed', 'header.host is required', { fields: [field] });
  }
  return next();
};

/** No route took the request: OPTIONS and 405 say what the path has, 404 that there is no such path. */
const unmatched: Middleware = (ctx) => {
  const layers = (ctx as unknown as { matched: readonly { methods: readonly string[] }[] }).matched;
  const methods = new Set(layers.flatMap((layer) => layer.methods));
  if (methods.size === 0) throw new AppError('not-found', 'There is nothing at this path.');
  const allow = [...methods, 'OPTIONS'].join(', ');
  ctx.set('Allow', allow);
  if (ctx.method === 'OPTIONS') ctx.status = 204;
  else throw new AppError('method-not-allowed', `This path takes ${allow}.`);
};
