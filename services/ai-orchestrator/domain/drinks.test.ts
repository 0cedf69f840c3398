import { expect, it } from 'vitest';
import {
  allergensOf,
  costCents,
  flawOfDrink,
  type Ingredient,
  inventDrinks,
  priceCents,
  seasonOf,
} from './drinks.ts';

const ingredient = (id: string, more: Partial<Ingredient> = {}): Ingredient => ({
  id,
  name: id,
  unit: 'ml',
  millicents: 100,
  allergens: [],
  seasons: ['summer', 'winter'],
  flavours: ['sweet'],
  ...more,
});
const rules = {
  season: 'summer',
  without: [] as string[],
  recipes: [['coffee-beans', 'milk']],
  ingredients: [
    ingredient('coffee-beans', { unit: 'g', millicents: 2_200, flavours: ['roasted'] }),
    ingredient('milk', { allergens: ['milk'], flavours: ['creamy'] }),
    ingredient('oat-drink', { allergens: ['gluten'], flavours: ['creamy'] }),
    ingredient('vanilla-syrup'),
    ingredient('cinnamon', { unit: 'g', seasons: ['winter'], flavours: ['spiced'] }),
  ],
};
const cup = (...ids: string[]) => ids.map((ingredientId) => ({ ingredientId, amount: 18 }));

it('computes cost, price and allergens from what goes in', () => {
  const parts = [...cup('coffee-beans'), { ingredientId: 'milk', amount: 200 }];
  expect(costCents(parts, rules.ingredients)).toBe(60);
  expect(priceCents(81)).toBe(330);
  expect(allergensOf(parts, rules.ingredients)).toEqual(['milk']);
});

// Guard: whoever invents a drink, it is one that can be offered.
it.each([
  ['must have 2 to 5', cup('milk'), {}],
  ['twice', cup('milk', 'milk'), {}],
  ['no ingredient of ours', cup('milk', 'arsenic'), {}],
  ['not in season', cup('milk', 'cinnamon'), {}],
  ['too much milk', [...cup('coffee-beans'), { ingredientId: 'milk', amount: 10_000_000 }], {}],
  ['has milk', cup('milk', 'vanilla-syrup'), { without: ['milk'] }],
  ['sold already', cup('milk', 'coffee-beans'), {}],
] as const)('refuses a drink that %s', (flaw, parts, more) => {
  expect(flawOfDrink(parts, { ...rules, ...more })).toContain(flaw);
});

it('invents drinks that can be offered, the same for the same rules', () => {
  const drinks = inventDrinks(rules, 5);
  expect(drinks.length).toBeGreaterThan(0);
  for (const parts of drinks) expect(flawOfDrink(parts, rules)).toBeUndefined();
  expect(inventDrinks(rules, 5)).toEqual(drinks);
});

it('knows the season of each month', () => {
  expect([0, 3, 6, 9, 11].map(seasonOf)).toEqual(['winter', 'spring', 'summer', 'autumn', 'winter']);
});
