import type { PricedLine } from '#contracts/events/order-line.ts';

/** What goes into a medium one of each product, in units of the ingredient. */
export type Recipes = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** How much more or less than a medium one; other sizes are as they are. */
const sizes: Readonly<Record<string, number>> = { small: 0.75, large: 1.3, single: 0.5 };

/** What an option takes in the place of something, or on top. */
const instead: Readonly<Record<string, string>> = { 'oat-milk': 'oat-drink', 'soy-milk': 'soy-drink' };
const onTop: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'extra-shot': { 'coffee-beans': 9 },
  'vanilla-syrup': { 'vanilla-syrup': 15 },
  'caramel-syrup': { 'caramel-syrup': 15 },
  'extra-ice': { ice: 60 },
  lemon: { lemon: 1 },
};

/** Units of each ingredient that go into these lines; products without a recipe take nothing. */
export function consumptionOf(lines: readonly PricedLine[], recipes: Recipes): Map<string, number> {
  const used = new Map<string, number>();
  const use = (ingredient: string, amount: number): void => {
    used.set(ingredient, (used.get(ingredient) ?? 0) + amount);
  };
  for (const { productId, size, options, quantity } of lines) {
    const milk = options.map((option) => instead[option]).find((other) => other !== undefined);
    for (const [ingredient, amount] of Object.entries(recipes.get(productId) ?? {})) {
      const taken = ingredient === 'milk' && milk !== undefined ? milk : ingredient;
      use(taken, amount * (sizes[size] ?? 1) * quantity);
    }
    for (const option of options)
      for (const [ingredient, amount] of Object.entries(onTop[option] ?? {}))
        use(ingredient, amount * quantity);
  }
  return new Map([...used].map(([ingredient, amount]) => [ingredient, Math.round(amount)]));
}
