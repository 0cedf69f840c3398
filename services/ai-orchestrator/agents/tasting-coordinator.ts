import { z } from 'zod';
import { allShops, hourlySales, staffOf } from '../database/house.ts';
import { drink, withActions } from '../domain/actions.ts';
import { agent } from './agent.ts';
import { tomorrow } from './shop-input.ts';

const daysBack = 14;
/** Hours of the day, UTC, at which a tasting may begin. */
const hours = [9, 10, 11, 14, 15, 16, 17];

/** The hour in which the fewest guests came: somebody has time. */
function quietestHour(series: readonly number[], now: number): number {
  const current = new Date(now).getUTCHours();
  const sold = hours.map((hour) => ({
    hour,
    items: series.reduce(
      (sum, value, index) =>
        (((current - (series.length - index)) % 24) + 24) % 24 === hour ? sum + value : sum,
      0,
    ),
  }));
  return sold.reduce((a, b) => (b.items < a.items ? b : a)).hour;
}

/** Where and when a new drink is tasted, and by whom: in each shop at its quietest hour. */
export const tastingCoordinator = agent({
  id: 'tasting-coordinator',
  name: 'Tasting coordinator',
  capabilities: ['menu', 'tasting'],
  input: z.strictObject({ drink, day: z.iso.date().optional() }),
  output: withActions,
  run: async ({ drink: tasted, day: asked }, { database, now }) => {
    const day = asked ?? tomorrow(now);
    const shops = await allShops(database);
    const actions = await Promise.all(
      shops.map(async ({ id, name }) => {
        const hour = quietestHour(await hourlySales(database, id, 24 * daysBack), now);
        const there = (await staffOf(database, id)).filter(({ from, until }) => from <= hour && hour < until);
        return {
          kind: 'create-task' as const,
          title: `Taste ${tasted.name} at ${name}`,
          details: { day, hour, shopId: id, drink: tasted.name, allergens: tasted.allergens },
          assignee: there[0]?.id ?? null,
        };
      }),
    );
    return { actions };
  },
});
