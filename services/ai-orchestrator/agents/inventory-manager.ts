import { z } from 'zod';
import { allIngredients, dailyUse, onOrder, stockOf } from '../database/house.ts';
import { withActions } from '../domain/actions.ts';
import { forecast, TooShortError } from '../domain/forecast.ts';
import { type Demand, reorder, reviewDays } from '../domain/reorder.ts';
import { agent } from './agent.ts';
import { shopId } from './shop-input.ts';

const daysBack = 120;
const cents = 1_000;

const need = z.object({
  ingredientId: z.string(),
  onHand: z.int(),
  onOrder: z.int().min(0),
  reorderPoint: z.int().min(0),
  quantity: z.int().min(0),
  method: z.string(),
  /** Mean absolute error of the forecast of a day, from its backtest; null when there was too little to test. */
  error: z.number().min(0).nullable(),
});

interface KnownDemand extends Demand {
  readonly method: string;
  readonly tested: number | null;
}

/** Expected use of the coming days; without a history, what the kept reorder point stands for. */
function demandOf(series: readonly number[] | undefined, kept: number, days: number): KnownDemand {
  try {
    const told = forecast(series ?? [], { periods: [7], horizon: days });
    return {
      daily: told.points,
      error: told.backtest.error,
      method: told.method,
      tested: told.backtest.error,
    };
  } catch (error) {
    if (!(error instanceof TooShortError)) throw error;
    const used = series?.length ? series.reduce((sum, value) => sum + value, 0) / series.length : 0;
    const daily = Math.max(used, kept / days);
    return { daily: Array.from({ length: days }, () => daily), error: 0, method: 'mean', tested: null };
  }
}

/** What a shop has to order, when and how much, from its stock and what it will use. */
export const inventoryManager = agent({
  id: 'inventory-manager',
  name: 'Inventory manager',
  capabilities: ['inventory'],
  input: z.strictObject({ shopId }),
  output: withActions.extend({ shopId, needs: z.array(need) }),
  run: async ({ shopId: shop }, { database }) => {
    const [stock, ingredients, use, coming] = await Promise.all([
      stockOf(database, shop),
      allIngredients(database),
      dailyUse(database, shop, daysBack),
      onOrder(database, shop),
    ]);
    const byId = new Map(ingredients.map((ingredient) => [ingredient.id, ingredient]));
    const needs = stock.flatMap(({ ingredientId, onHand, reorderPoint: kept }) => {
      const ingredient = byId.get(ingredientId);
      if (!ingredient) return [];
      const { pack, leadDays } = ingredient;
      const demand = demandOf(use.get(ingredientId), kept, leadDays + reviewDays);
      const ordered = coming.get(ingredientId) ?? 0;
      const order = reorder({ onHand, onOrder: ordered, pack, leadDays }, demand);
      const { method, tested } = demand;
      return [{ ingredientId, onHand, onOrder: ordered, ...order, method, error: tested }];
    });
    const lines = needs
      .filter(({ quantity }) => quantity > 0)
      .map(({ ingredientId, quantity }) => ({
        ingredientId,
        quantity,
        cents: Math.ceil(((byId.get(ingredientId)?.millicents ?? 0) * quantity) / cents),
      }));
    const total = lines.reduce((sum, line) => sum + line.cents, 0);
    const actions =
      lines.length > 0 ? [{ kind: 'order-supplies' as const, shopId: shop, lines, cents: total }] : [];
    return { shopId: shop, needs, actions };
  },
});
