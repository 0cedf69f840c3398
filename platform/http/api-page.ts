import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { entityTagOf, hasEntityTag } from './entity-tag.ts';

const resolve = createRequire(import.meta.url).resolve;
const { version } = createRequire(import.meta.url)('swagger-ui-dist/package.json') as { version: string };

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

// No inline script and nothing from other hosts: it works under helmet's content security policy and off-line.
const page = (title: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title.replaceAll(/[<&]/g, '')}</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n`;

/** Adds `/openapi.json` and a page at `/docs` that shows it, with Swagger UI from its npm package. */
export function addApiPage(router: Router, title: string, document: unknown): void {
  addDocument(router, '/openapi.json', document);
  addText(router, '/docs', 'text/html', page(title));
  addText(router, '/docs/start.js', 'text/javascript', start);
  for (const [name, type] of Object.entries(files)) {
    const path = resolve(`swagger-ui-dist/${name}`);
    router.get(`/docs/${name}`, (ctx) => {
      if (unchanged(ctx, `"${version}"`)) return;
      ctx.type = type;
      // Opened for GET only: nobody would read the stream of a HEAD.
      ctx.body = ctx.method === 'HEAD' ? '' : createReadStream(path);
    });
  }
}

/** Adds a JSON document that never changes while the process runs. */
export const addDocument = (router: Router, path: string, document: unknown): void =>
  addText(router, path, 'application/json', JSON.stringify(document));

function addText(router: Router, path: string, type: string, text: string): void {
  const etag = entityTagOf(text);
  router.get(path, (ctx) => {
    if (unchanged(ctx, etag)) return;
    ctx.type = type;
    ctx.body = text;
  });
}

function unchanged(ctx: Context, etag: string): boolean {
  ctx.status = 200;
  ctx.set({ ETag: etag, 'Cache-Control': 'no-cache' });
  if (!hasEntityTag(ctx.headers['if-none-match'], etag)) return false;
  ctx.status = 304;
  return true;
}
