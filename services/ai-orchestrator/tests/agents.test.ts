import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { builtInAgents } from '../agents/built-in.ts';
import { localProvider } from '../providers/local.ts';
import { createAiDatabase } from './ai-service.ts';

const hour = 3_600_000;
const daysBack = 42;

let test: TestDatabase;

/** Lattes in an hour: a day with a hole at two o'clock, weekends, and more from week to week. */
function soldAt(at: number): number {
  const date = new Date(at);
  const ofDay = date.getUTCHours();
  if (ofDay < 6 || ofDay >= 19) return 0;
  const weekend = date.getUTCDay() % 6 === 0 ? 12 : 0;
  const week = Math.floor((at - Date.parse('2026-01-05')) / (168 * hour));
  return (ofDay === 14 ? 5 : 30 + 10 * Math.abs(12 - ofDay)) + weekend + 4 * (week % 50);
}

const currentHour = Math.floor(Date.now() / hour) * hour;

/** Lets an agent of the house work on its data, without a language model. */
const run = async (id: string, input: object): Promise<Record<string, unknown>> => {
  const agent = builtInAgents.get(id);
  if (!agent) throw new Error(`there is no agent ${id}`);
  const output = await agent.run(input, {
    database: test.database,
    ask: async (task, question) => (await localProvider.answer(task, question)).value,
    now: Date.now(),
  });
  return output as Record<string, unknown>;
};

beforeAll(async () => {
  test = await createAiDatabase();
  const sales = Array.from({ length: 24 * daysBack }, (_, index) => {
    const at = currentHour - (index + 1) * hour;
    const sold = soldAt(at);
    return { shop_id: 'harbour', product_id: 'latte', hour: new Date(at), quantity: sold, cents: sold * 470 };
  });
  await test.database
    .withSchema('ai')
    .into('sales')
    .insert(sales.filter(({ quantity }) => quantity > 0));
});
afterAll(() => test[Symbol.asyncDispose]());

interface Forecast {
  readonly method: string;
  readonly points: readonly number[];
  readonly backtest: { readonly error: number; readonly baselineError: number };
}

it('demand-forecaster: forecasts what a shop will sell, better than by repeating last week', async () => {
  const forecast = (await run('demand-forecaster', { shopId: 'harbour' })) as unknown as Forecast;
  expect(forecast.method).toBe('mstl-ets');
  expect(forecast.backtest.error).toBeLessThan(forecast.backtest.baselineError);
  const truth = forecast.points.map((_, index) => soldAt(currentHour + index * hour));
  const wrongBy = truth.reduce((sum, sold, index) => sum + Math.abs(sold - (forecast.points[index] ?? 0)), 0);
  expect(wrongBy / truth.reduce((sum, sold) => sum + sold, 0)).toBeLessThan(0.2);
});

it('demand-forecaster: says that it has nothing to forecast a new shop from', async () => {
  expect(await run('demand-forecaster', { shopId: 'museum' })).toMatchObject({
    method: 'mean',
    backtest: null,
  });
});

it('inventory-manager: orders whole packs of what will run out before the next order comes', async () => {
  await test.database.raw(
    "update ai.stock set on_hand = 20000 where shop_id = 'harbour' and ingredient_id = 'milk'",
  );
  const { needs, actions } = (await run('inventory-manager', { shopId: 'harbour' })) as unknown as {
    needs: { ingredientId: string; reorderPoint: number; quantity: number; error: number | null }[];
    actions: { lines: { ingredientId: string; quantity: number; cents: number }[] }[];
  };
  const milk = needs.find(({ ingredientId }) => ingredientId === 'milk');
  // A day until it comes, two until somebody looks again; 240 ml in each latte.
  const aDay = Array.from({ length: 24 }, (_, index) => soldAt(currentHour - (index + 1) * hour));
  const threeDays = 3 * 240 * aDay.reduce((sum, sold) => sum + sold, 0);
  expect(milk?.reorderPoint).toBeGreaterThan(0.7 * threeDays);
  expect(20_000 + (milk?.quantity ?? 0)).toBeGreaterThan(threeDays);
  expect((milk?.quantity ?? 1) % 10_000).toBe(0);
  expect(milk?.error).not.toBeNull();
  const [line] = actions[0]?.lines.filter(({ ingredientId }) => ingredientId === 'milk') ?? [];
  expect(line).toEqual({
    ingredientId: 'milk',
    quantity: milk?.quantity,
    cents: ((milk?.quantity ?? 0) * 110) / 1_000,
  });
});

it('scheduler: has as many people there as the forecast needs, each when she can', async () => {
  const forecast = await run('demand-forecaster', { shopId: 'harbour', horizonHours: 48 });
  const { need, shifts, uncovered } = (await run('scheduler', {
    shopId: 'harbour',
    forecast,
  })) as unknown as {
    need: number[];
    shifts: { staffId: string; from: number; until: number }[];
    uncovered: number;
  };
  expect(Math.max(...need)).toBeGreaterThan(1);
  const there = need.map((_, at) => shifts.filter(({ from, until }) => from <= at && at < until).length);
  const missing = need.reduce((sum, people, at) => sum + Math.max(0, people - (there[at] ?? 0)), 0);
  expect(missing).toBe(uncovered);
  const staff = await test.database.withSchema('ai').from('staff').where({ shop_id: 'harbour' });
  for (const { staffId, from, until } of shifts) {
    const person = staff.find(({ id }: { id: string }) => id === staffId);
    expect(from).toBeGreaterThanOrEqual(person.available_from);
    expect(until).toBeLessThanOrEqual(person.available_until);
    expect(until - from).toBeLessThanOrEqual(person.max_hours);
  }
  expect(new Set(shifts.map(({ staffId }) => staffId)).size).toBe(shifts.length);
});

it('beverage-inventor: invents what nobody sells yet, without the allergens that it may not have', async () => {
  const without = ['milk', 'gluten', 'nuts'];
  const { drink } = (await run('beverage-inventor', { season: 'summer', without })) as unknown as {
    drink: {
      allergens: string[];
      costCents: number;
      priceCents: number;
      ingredients: { ingredientId: string }[];
    };
  };
  expect(drink.allergens.filter((allergen) => without.includes(allergen))).toEqual([]);
  expect(drink.priceCents).toBeGreaterThan(drink.costCents);
  const ids = drink.ingredients.map(({ ingredientId }) => ingredientId);
  const { rows } = await test.database.raw<{ rows: { seasons: string[] }[] }>(
    'select seasons from ai.ingredients where id = any(?)',
    [ids],
  );
  expect(rows).toHaveLength(ids.length);
  for (const { seasons } of rows) expect(seasons).toContain('summer');
});

it('social-media: writes of what is sold best, and nothing where nothing is sold', async () => {
  const sold = await run('social-media', {});
  expect(sold).toMatchObject({
    topSellers: [{ productId: 'latte' }],
    text: expect.stringContaining('latte'),
  });
  await using empty = await createAiDatabase();
  const agent = builtInAgents.get('social-media');
  const ask = () => Promise.reject(new Error('nobody is to be asked'));
  const silent = await agent?.run({}, { database: empty.database, ask, now: Date.now() });
  expect(silent).toEqual({ topSellers: [], text: null, actions: [] });
});

it('tasting-coordinator: invites when a shop has the fewest guests', async () => {
  const drink = {
    name: 'Test',
    description: '',
    ingredients: [{ ingredientId: 'milk', amount: 1 }],
    costCents: 1,
    priceCents: 300,
    allergens: ['milk'],
    season: 'summer',
  };
  const { actions } = (await run('tasting-coordinator', { drink })) as unknown as {
    actions: { details: { shopId: string; hour: number; allergens: string[] } }[];
  };
  const harbour = actions.find(({ details }) => details.shopId === 'harbour');
  expect(harbour?.details).toMatchObject({ hour: 14, allergens: ['milk'] });
  expect(actions).toHaveLength(3);
});

it('task-manager: gives a task to who has the least to do', async () => {
  await test.database.raw(
    `insert into ai.tasks (id, kind, title, details, status, assignee)
     values (gen_random_uuid(), 'work', 'x', '{}', 'assigned', 'harbour-1')`,
  );
  expect(await run('task-manager', { title: 'Look', shopId: 'harbour' })).toMatchObject({
    assignee: 'harbour-2',
  });
  expect(await run('task-manager', { title: 'Look' })).toMatchObject({ assignee: null });
});

it('inter-location-coordinator: sends from the nearest shop that has plenty', async () => {
  await test.database.raw(
    "update ai.stock set on_hand = 0 where shop_id = 'museum' and ingredient_id = 'cocoa'",
  );
  const { actions } = (await run('inter-location-coordinator', {})) as unknown as { actions: object[] };
  expect(actions).toContainEqual(
    expect.objectContaining({ kind: 'transfer-stock', from: 'station', to: 'museum', ingredientId: 'cocoa' }),
  );
});
