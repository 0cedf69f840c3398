import { menu } from '#contracts/http/menu.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { MenuCache } from '../menu-cache.ts';

const menuHeaders = { ETag: 'For If-None-Match', 'Cache-Control': 'How long it may be used unasked' };

/** `GET /v1/menu` */
export const getMenuRoute = (cache: Pick<MenuCache, 'current'>): Route =>
  route({
    method: 'get',
    path: '/v1/menu',
    summary: 'Show the menu with its prices',
    tags: ['menu'],
    access: 'anyone',
    responses: {
      200: { description: 'The menu', schema: menu, headers: menuHeaders },
      304: { description: 'The client has this menu already', headers: menuHeaders },
    },
    problems: ['dependency-unavailable'],
    handler: () => {
      const { menu: current, etag } = cache.current;
      return { status: 200, headers: { ETag: etag, 'Cache-Control': 'public, max-age=5' }, body: current };
    },
  });
