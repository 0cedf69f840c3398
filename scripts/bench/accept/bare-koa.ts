/** Koa that says hello: what the framework costs by itself. */
import { json } from 'node:stream/consumers';
import Koa from 'koa';

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.method === 'POST') await json(ctx.req);
  ctx.status = ctx.method === 'POST' ? 202 : 200;
  ctx.body = { hello: 'coffee' };
});
app.listen(Number(process.env.HTTP_PORT), '127.0.0.1');
