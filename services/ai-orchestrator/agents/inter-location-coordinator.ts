import { z } from 'zod';
import { allShops, stockOf } from '../database/house.ts';
import { withActions } from '../domain/actions.ts';
import { planTransfers } from '../domain/transfers.ts';
import { agent } from './agent.ts';

const farAway = 24 * 60;

/** What shops that have plenty send to those that run short. */
export const interLocationCoordinator = agent({
  id: 'inter-location-coordinator',
  name: 'Inter-location coordinator',
  capabilities: ['inventory', 'logistics'],
  input: z.strictObject({}),
  output: withActions,
  run: async (_, { database }) => {
    const [stock, shops] = await Promise.all([stockOf(database), allShops(database)]);
    const distances = new Map(shops.map(({ id, distances: minutes }) => [id, minutes]));
    const transfers = planTransfers(stock, (from, to) => distances.get(from)?.[to] ?? farAway);
    return { actions: transfers.map((transfer) => ({ kind: 'transfer-stock' as const, ...transfer })) };
  },
});
