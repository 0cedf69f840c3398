import { analyticsStreamHeaders, analyticsStreamQuery } from '#contracts/http/analytics.ts';
import { endWith } from '#platform/http/end-with.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { WindowFeed } from '../delivery/window-feed.ts';

const headers = {
  'Cache-Control': 'no-store',
  // nginx would keep events back until its buffer is full.
  'X-Accel-Buffering': 'no',
};

/** `GET /v1/analytics/stream` */
export const streamRoute = (feed: Pick<WindowFeed, 'open'>): Route =>
  route({
    method: 'get',
    path: '/v1/analytics/stream',
    summary: 'Follow windows as they close',
    description:
      'Server-sent events (`text/event-stream`), a `window` for each closed window with its id. Whoever was cut off ' +
      'sends Last-Event-ID, as browsers do, and gets everything since, each once and in order. It ends with the access ' +
      'token that it was opened with.',
    tags: ['analytics'],
    access: ['operator'],
    query: analyticsStreamQuery,
    headers: analyticsStreamHeaders,
    responses: {
      200: {
        description: 'Events without end',
        stream: 'text/event-stream',
        headers: { 'Cache-Control': 'Always `no-store`' },
      },
    },
    handler: ({ query, headers: { 'last-event-id': lastEventId }, identity }) => {
      const body = feed.open({ kind: query.kind, after: lastEventId ?? query.after });
      endWith(body, identity.expiresAt);
      return { status: 200, headers, body };
    },
  });
