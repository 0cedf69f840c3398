import { z } from 'zod';
import { route } from '../route.ts';

/** A route that answers when it is told to. */
export function slowRoute(more: { readonly beginsWork?: true } = {}) {
  const waiting: PromiseWithResolvers<void>[] = [];
  const definition = route({
    method: 'get',
    path: '/slow',
    summary: 'Waits',
    tags: [],
    access: 'anyone',
    ...more,
    responses: { 200: { description: 'Done', schema: z.object({ done: z.literal(true) }) } },
    handler: async () => {
      const gate = Promise.withResolvers<void>();
      waiting.push(gate);
      await gate.promise;
      return { status: 200, body: { done: true } };
    },
  });
  return { definition, waiting };
}
