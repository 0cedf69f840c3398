import { z } from 'zod';
import { openTasks, staffOf } from '../database/house.ts';
import { withActions } from '../domain/actions.ts';
import { agent } from './agent.ts';
import { shopId } from './shop-input.ts';

/** Makes a task of something, for who has the least to do. */
export const taskManager = agent({
  id: 'task-manager',
  name: 'Task manager',
  capabilities: ['tasks'],
  input: z.strictObject({
    title: z.string().min(1).max(200),
    details: z.record(z.string(), z.unknown()).default({}),
    /** Whose people may do it; without one it is for whoever takes it. */
    shopId: shopId.optional(),
  }),
  output: withActions.extend({ assignee: z.string().nullable() }),
  run: async ({ title, details, shopId: shop }, { database }) => {
    const [staff, busy] = await Promise.all([
      shop === undefined ? [] : staffOf(database, shop),
      openTasks(database),
    ]);
    const load = (id: string): number => busy.get(id) ?? 0;
    const [first] = staff.map(({ id }) => id).toSorted((a, b) => load(a) - load(b) || a.localeCompare(b));
    const assignee = first ?? null;
    return { assignee, actions: [{ kind: 'create-task' as const, title, details, assignee }] };
  },
});
