import { z } from 'zod';
import { staffOf } from '../database/house.ts';
import { shift, withActions } from '../domain/actions.ts';
import { planRoster } from '../domain/roster.ts';
import { agent } from './agent.ts';
import { demandForecast } from './demand-forecaster.ts';
import { shopId, tomorrow } from './shop-input.ts';

const hour = 3_600_000;
/** Hours of the day, UTC, in which a shop is open. */
const [opens, closes] = [6, 19];
// Items that one person makes in an hour without letting anybody wait.
const itemsPerPerson = 30;

/** Who works when, so that what is forecast can be served: never fewer than one while the shop is open. */
export const scheduler = agent({
  id: 'scheduler',
  name: 'Scheduler',
  capabilities: ['staffing'],
  input: z.strictObject({ shopId, forecast: demandForecast, day: z.iso.date().optional() }),
  output: withActions.extend({
    shopId,
    day: z.iso.date(),
    need: z.array(z.int().min(0)).length(24),
    shifts: z.array(shift),
    /** Hours of work that nobody can be found for. */
    uncovered: z.int().min(0),
  }),
  run: async ({ shopId: shop, forecast, day: asked }, { database, now }) => {
    const day = asked ?? tomorrow(now);
    const offset = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(forecast.startsAt)) / hour);
    const need = Array.from({ length: 24 }, (_, at) => {
      if (at < opens || at >= closes) return 0;
      const expected = forecast.upper[offset + at] ?? 0;
      return Math.max(1, Math.ceil(expected / itemsPerPerson));
    });
    const { shifts, uncovered } = await planRoster(await staffOf(database, shop), need);
    const actions = [{ kind: 'publish-roster' as const, shopId: shop, day, shifts }];
    return { shopId: shop, day, need, shifts, uncovered, actions };
  },
});
