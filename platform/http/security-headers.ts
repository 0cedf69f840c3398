import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { Middleware } from 'koa';

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: true,
    directives: {
      styleSrc: ["'self'", "'unsafe-inline'"],
      // Without TLS (COFFEE_TLS=off) it would make the API page's own files unreachable.
      upgradeInsecureRequests: null,
    },
  },
});

/**
 * Helmet's headers on every answer. They never change, so helmet runs once and its headers are copied: its chain of a
 * dozen functions a request costs more than validating an order.
 */
export function securityHeaders(): Middleware {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  protect(request, response, (error?: unknown) => {
    if (error) throw error;
  });
  const headers = Object.entries(response.getHeaders()) as [string, string][];
  return (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    return next();
  };
}
