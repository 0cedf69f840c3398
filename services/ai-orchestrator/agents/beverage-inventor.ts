import { z } from 'zod';
import { allIngredients, allRecipes } from '../database/house.ts';
import { drink, withActions } from '../domain/actions.ts';
import {
  allergensOf,
  costCents,
  flawOfDrink,
  type Ingredient,
  inventDrinks,
  priceCents,
  seasonOf,
} from '../domain/drinks.ts';
import { PermanentError } from '../engine/permanent-error.ts';
import type { ModelTask } from '../providers/model-task.ts';
import { agent } from './agent.ts';

interface Brief {
  readonly season: string;
  readonly without: readonly string[];
  readonly ingredients: readonly Ingredient[];
  readonly recipes: readonly (readonly string[])[];
}

const plain = /^[\p{L}\p{N} ,.'’&-]*$/u;
const idea = z.strictObject({
  name: z.string().min(3).max(60).regex(plain),
  description: z.string().max(200).regex(plain),
  ingredients: z
    .array(z.strictObject({ ingredientId: z.string(), amount: z.int().min(1).max(300) }))
    .min(1)
    .max(8),
});

/** What a drink is called that is made of these. */
function nameOf(parts: readonly { readonly ingredientId: string }[], { season, ingredients }: Brief): string {
  const names = parts.map(
    ({ ingredientId }) => ingredients.find(({ id }) => id === ingredientId)?.name ?? '',
  );
  const [base = '', body = '', note = ''] = names;
  return `${season[0]?.toUpperCase()}${season.slice(1)} ${note} ${base} with ${body}`.toLowerCase();
}

export const inventDrinkTask: ModelTask<Brief, z.infer<typeof idea>> = {
  name: 'invent-drink',
  instructions:
    'You invent one new drink for a coffee shop from the given ingredients only, for the given season, not among the given recipes. Amounts are in the unit of the ingredient, for one cup.',
  output: idea,
  check: ({ season, without, ingredients, recipes }, { ingredients: parts }) =>
    flawOfDrink(parts, { season, without, ingredients, recipes }),
  local: (brief) => {
    const [parts] = inventDrinks(brief, 1);
    if (!parts) throw new PermanentError('no new drink can be made of these ingredients');
    return { name: nameOf(parts, brief), description: `A drink for ${brief.season}.`, ingredients: parts };
  },
};

/** A drink that is not sold yet; cost, price and allergens are computed from what goes in. */
export const beverageInventor = agent({
  id: 'beverage-inventor',
  name: 'Beverage inventor',
  capabilities: ['menu'],
  input: z.strictObject({
    season: z.enum(['spring', 'summer', 'autumn', 'winter']).optional(),
    without: z.array(z.string()).max(10).default([]),
  }),
  output: withActions.extend({ drink }),
  run: async ({ season: asked, without }, { database, ask, now }) => {
    const season = asked ?? seasonOf(new Date(now).getUTCMonth());
    const [all, recipes] = await Promise.all([allIngredients(database), allRecipes(database)]);
    const ingredients = all.map(({ pack: _, leadDays: __, ...ingredient }) => ingredient);
    const invented = await ask(inventDrinkTask, { season, without, ingredients, recipes });
    const cost = costCents(invented.ingredients, ingredients);
    const made = {
      ...invented,
      season,
      costCents: cost,
      priceCents: priceCents(cost),
      allergens: allergensOf(invented.ingredients, ingredients),
    };
    return { drink: made, actions: [{ kind: 'offer-drink' as const, drink: made }] };
  },
});
