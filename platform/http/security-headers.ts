import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { Middleware } from 'koa';

const protectWith = (connectSources: readonly string[]): ReturnType<typeof helmet> =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: true,
      directives: {
        styleSrc: ["'self'", "'unsafe-inline'"],
        connectSrc: ["'self'", ...connectSources],
        // Without TLS (COFFEE_TLS=off) it would make the API page's own files unreachable.
        upgradeInsecureRequests: null,
      },
    },
  });

/**
 * Helmet's headers. They never change, so helmet runs once and its headers are copied: its chain of a dozen functions a
 * request costs more than validating an order.
 *
 * @param connectSources where pages may connect to, beside their own origin.
 */
export function securityHeaders(connectSources: readonly string[] = []): [name: string, value: string][] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  protectWith(connectSources)(request, response, (error?: unknown) => {
    if (error) throw error;
  });
  return Object.entries(response.getHeaders()) as [string, string][];
}

/** Headers on every answer. */
export function withHeaders(headers: readonly (readonly [name: string, value: string])[]): Middleware {
  return (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}
