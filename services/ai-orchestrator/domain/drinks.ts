export interface Ingredient {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** Of one unit, in thousandths of a cent. */
  readonly millicents: number;
  readonly allergens: readonly string[];
  readonly seasons: readonly string[];
  readonly flavours: readonly string[];
}

export interface Part {
  readonly ingredientId: string;
  readonly amount: number;
}

export const seasonOf = (month: number): string =>
  [
    'winter',
    'winter',
    'spring',
    'spring',
    'spring',
    'summer',
    'summer',
    'summer',
    'autumn',
    'autumn',
    'autumn',
  ][month] ?? 'winter';

/** The most of one ingredient in a cup, by its unit. */
const mostOf: Readonly<Record<string, number>> = { ml: 300, g: 150, pcs: 1 };
const mostParts = 5;
const mostCents = 150;
// What guests pay over what goes in.
const markUp = 4;

const known = (ingredients: readonly Ingredient[]) => new Map(ingredients.map((one) => [one.id, one]));

export const costCents = (parts: readonly Part[], ingredients: readonly Ingredient[]): number => {
  const byId = known(ingredients);
  const sum = parts.reduce(
    (all, { ingredientId, amount }) => all + (byId.get(ingredientId)?.millicents ?? 0) * amount,
    0,
  );
  return Math.ceil(sum / 1_000);
};

/** To the next ten cents. */
export const priceCents = (cost: number): number => Math.max(300, Math.ceil((cost * markUp) / 10) * 10);

export const allergensOf = (parts: readonly Part[], ingredients: readonly Ingredient[]): string[] => {
  const byId = known(ingredients);
  return [
    ...new Set(parts.flatMap(({ ingredientId }) => byId.get(ingredientId)?.allergens ?? [])),
  ].toSorted();
};

export interface DrinkRules {
  readonly ingredients: readonly Ingredient[];
  readonly season: string;
  /** Allergens that the drink may not have. */
  readonly without: readonly string[];
  /** What is sold already. */
  readonly recipes: readonly (readonly string[])[];
}

/** Why a drink can't be offered; undefined when it can. */
export function flawOfDrink(parts: readonly Part[], rules: DrinkRules): string | undefined {
  const byId = known(rules.ingredients);
  const ids = parts.map(({ ingredientId }) => ingredientId);
  if (ids.length < 2 || ids.length > mostParts) return `must have 2 to ${mostParts} ingredients`;
  if (new Set(ids).size !== ids.length) return 'names an ingredient twice';
  for (const { ingredientId, amount } of parts) {
    const ingredient = byId.get(ingredientId);
    if (!ingredient) return `${ingredientId} is no ingredient of ours`;
    if (!ingredient.seasons.includes(rules.season)) return `${ingredientId} is not in season`;
    if (amount > (mostOf[ingredient.unit] ?? 0)) return `too much ${ingredientId} for a cup`;
  }
  const forbidden = allergensOf(parts, rules.ingredients).filter((allergen) =>
    rules.without.includes(allergen),
  );
  if (forbidden.length > 0) return `has ${forbidden.join(', ')}`;
  if (rules.recipes.some((recipe) => recipe.length === ids.length && recipe.every((id) => ids.includes(id))))
    return 'is sold already';
  return costCents(parts, rules.ingredients) > mostCents ? `costs more than ${mostCents} cents` : undefined;
}

/** Flavours that go together; the more of them two ingredients have, the better. */
const pairings: Readonly<Record<string, readonly string[]>> = {
  roasted: ['chocolate', 'nutty', 'creamy', 'spiced', 'sweet'],
  creamy: ['sweet', 'spiced', 'chocolate', 'fruity'],
  fresh: ['fruity', 'floral', 'sweet'],
  floral: ['fruity', 'sweet', 'fresh'],
  chocolate: ['fruity', 'nutty', 'spiced'],
};

const harmony = (a: Ingredient, b: Ingredient): number =>
  a.flavours.reduce(
    (sum, flavour) =>
      sum +
      b.flavours.filter((other) => pairings[flavour]?.includes(other) || pairings[other]?.includes(flavour))
        .length,
    0,
  );

const bases: Readonly<Record<string, number>> = {
  'coffee-beans': 18,
  'black-tea': 5,
  'green-tea-leaves': 4,
};
const usual: Readonly<Record<string, number>> = { ml: 20, g: 10, pcs: 1 };
const liquids: Readonly<Record<string, number>> = { milk: 200, 'oat-drink': 200, 'soy-drink': 200, ice: 120 };
const amountOf = ({ id, unit }: Ingredient): number => bases[id] ?? liquids[id] ?? usual[unit] ?? 1;

/** The new drinks that go together best, by the flavours of their ingredients: the same ones for the same rules. */
export function inventDrinks(rules: DrinkRules, most: number): Part[][] {
  const inSeason = rules.ingredients.filter(
    ({ seasons, flavours }) => seasons.includes(rules.season) && flavours.length > 0,
  );
  const found: { readonly parts: Part[]; readonly score: number }[] = [];
  for (const base of inSeason.filter(({ id }) => id in bases))
    for (const body of inSeason.filter(({ id }) => id in liquids))
      for (const note of inSeason.filter(({ id }) => !(id in bases) && !(id in liquids))) {
        const parts = [base, body, note].map((one) => ({ ingredientId: one.id, amount: amountOf(one) }));
        // What is there in one season only is what makes a drink of the season.
        const seasonal = 4 - note.seasons.length;
        const score = harmony(base, body) + harmony(base, note) + harmony(body, note) + seasonal;
        if (flawOfDrink(parts, rules) === undefined) found.push({ parts, score });
      }
  return found
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ parts }) => parts);
}
