import { z } from 'zod';
import { hourlySales } from '../database/house.ts';
import { forecast, TooShortError } from '../domain/forecast.ts';
import { agent } from './agent.ts';
import { shopId } from './shop-input.ts';

const hoursBack = 24 * 7 * 6;
const hour = 3_600_000;

export const demandForecast = z.object({
  shopId,
  productId: z.string().nullable(),
  /** Of the first point; each is an hour. */
  startsAt: z.iso.datetime(),
  points: z.array(z.number().min(0)),
  lower: z.array(z.number().min(0)),
  upper: z.array(z.number().min(0)),
  /** `mean`: there was too little to forecast from. */
  method: z.enum(['mstl-ets', 'ets', 'seasonal-naive', 'naive', 'mean']),
  /** What the method was wrong by when it forecast the past; null when there was none. */
  backtest: z
    .object({ folds: z.int().min(1), error: z.number().min(0), baselineError: z.number().min(0) })
    .nullable(),
});

/** What will be ordered in each of the coming hours, from what was. */
export const demandForecaster = agent({
  id: 'demand-forecaster',
  name: 'Demand forecaster',
  capabilities: ['forecasting'],
  input: z.strictObject({
    shopId,
    productId: z.string().optional(),
    horizonHours: z.int().min(1).max(168).default(48),
  }),
  output: demandForecast,
  run: async ({ shopId: shop, productId, horizonHours }, { database, now }) => {
    const series = await hourlySales(database, shop, hoursBack, productId);
    const startsAt = new Date(Math.floor(now / hour) * hour).toISOString();
    const told = { shopId: shop, productId: productId ?? null, startsAt };
    try {
      return { ...told, ...forecast(series, { periods: [24, 168], horizon: horizonHours }) };
    } catch (error) {
      if (!(error instanceof TooShortError)) throw error;
      const mean = series.reduce((sum, value) => sum + value, 0) / Math.max(1, series.length);
      const points = Array.from({ length: horizonHours }, () => mean);
      return {
        ...told,
        points,
        lower: points.map(() => 0),
        upper: points,
        method: 'mean' as const,
        backtest: null,
      };
    }
  },
});
