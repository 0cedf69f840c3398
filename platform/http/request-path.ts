import type { IncomingMessage } from 'node:http';

/** The path of a request, without the query. Not Koa's ctx.path: its getter throws at addresses that are none. */
export function requestPath({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  const [path] = url.split('?', 1) as [string];
  return path;
}
