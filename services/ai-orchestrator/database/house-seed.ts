import type { Transaction } from '#platform/database/database.ts';

/** The shops of the first day; others are added with SQL. Minutes to drive to each other one. */
const shops = [
  { id: 'harbour', name: 'Harbour', distances: { station: 12, museum: 20 } },
  { id: 'station', name: 'Station', distances: { harbour: 12, museum: 15 } },
  { id: 'museum', name: 'Museum', distances: { harbour: 20, station: 15 } },
];

const always = ['spring', 'summer', 'autumn', 'winter'];

type Ingredient = readonly [
  id: string,
  name: string,
  unit: string,
  millicents: number,
  pack: number,
  leadDays: number,
  more?: { readonly allergens?: string[]; readonly seasons?: string[]; readonly flavours?: string[] },
];

/** Prices are a wholesaler's, in thousandths of a cent for a gram, a millilitre or a piece. */
const ingredients: readonly Ingredient[] = [
  ['coffee-beans', 'Coffee beans', 'g', 2_200, 5_000, 3, { flavours: ['roasted'] }],
  ['milk', 'Milk', 'ml', 110, 10_000, 1, { allergens: ['milk'], flavours: ['creamy'] }],
  ['oat-drink', 'Oat drink', 'ml', 190, 6_000, 2, { allergens: ['gluten'], flavours: ['creamy', 'nutty'] }],
  ['soy-drink', 'Soy drink', 'ml', 180, 6_000, 2, { allergens: ['soy'], flavours: ['creamy', 'nutty'] }],
  ['cocoa', 'Cocoa', 'g', 1_500, 2_000, 4, { flavours: ['chocolate', 'sweet'] }],
  ['chai-mix', 'Chai spices', 'g', 2_600, 1_000, 5, { flavours: ['spiced', 'sweet'] }],
  ['black-tea', 'Black tea', 'g', 3_000, 1_000, 5, { flavours: ['floral'] }],
  ['green-tea-leaves', 'Green tea leaves', 'g', 4_200, 1_000, 5, { flavours: ['fresh', 'floral'] }],
  ['vanilla-syrup', 'Vanilla syrup', 'ml', 900, 1_000, 3, { flavours: ['sweet'] }],
  ['caramel-syrup', 'Caramel syrup', 'ml', 900, 1_000, 3, { flavours: ['sweet'] }],
  [
    'hazelnut-syrup',
    'Hazelnut syrup',
    'ml',
    1_000,
    1_000,
    3,
    { allergens: ['nuts'], flavours: ['nutty', 'sweet'] },
  ],
  ['ice', 'Ice', 'g', 5, 20_000, 0, { seasons: ['spring', 'summer'], flavours: ['fresh'] }],
  ['lemon', 'Lemons', 'pcs', 25_000, 50, 2, { seasons: ['spring', 'summer'], flavours: ['fresh', 'fruity'] }],
  [
    'strawberry-puree',
    'Strawberry purée',
    'g',
    1_300,
    1_000,
    2,
    { seasons: ['summer'], flavours: ['fruity', 'sweet'] },
  ],
  ['pumpkin-spice', 'Pumpkin spice', 'g', 3_500, 500, 4, { seasons: ['autumn'], flavours: ['spiced'] }],
  ['cinnamon', 'Cinnamon', 'g', 4_000, 500, 4, { seasons: ['autumn', 'winter'], flavours: ['spiced'] }],
  ['orange-zest', 'Orange zest', 'g', 5_000, 500, 2, { seasons: ['winter'], flavours: ['fruity'] }],
  ['croissant-dough', 'Croissants', 'pcs', 70_000, 60, 1, { allergens: ['gluten', 'milk'] }],
  ['banana-loaf', 'Banana bread', 'pcs', 90_000, 24, 1, { allergens: ['gluten', 'eggs'] }],
];

/** What goes into a medium one. */
const recipes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  espresso: { 'coffee-beans': 18 },
  americano: { 'coffee-beans': 18 },
  cappuccino: { 'coffee-beans': 18, milk: 150 },
  latte: { 'coffee-beans': 18, milk: 240 },
  'flat-white': { 'coffee-beans': 20, milk: 160 },
  mocha: { 'coffee-beans': 18, milk: 200, cocoa: 20 },
  'filter-coffee': { 'coffee-beans': 15 },
  'cold-brew': { 'coffee-beans': 25, ice: 120 },
  'iced-tea': { 'black-tea': 5, ice: 150, 'vanilla-syrup': 10 },
  chai: { 'chai-mix': 15, milk: 200 },
  'green-tea': { 'green-tea-leaves': 4 },
  croissant: { 'croissant-dough': 1 },
  'banana-bread': { 'banana-loaf': 1 },
};

type Person = readonly [id: string, shop: string, maxHours: number, from: number, until: number];

// Opaque names: nobody real.
const staff: readonly Person[] = shops.flatMap(({ id }): Person[] => [
  [`${id}-1`, id, 8, 5, 14],
  [`${id}-2`, id, 8, 6, 15],
  [`${id}-3`, id, 8, 9, 20],
  [`${id}-4`, id, 6, 11, 20],
  [`${id}-5`, id, 4, 7, 12],
  [`${id}-6`, id, 5, 14, 20],
]);

// A shop begins with ten packs of everything, and thinks of ordering at two.
const [packsAtFirst, packsToReorder] = [10, 2];

/** Shops, ingredients, recipes and staff. */
export async function insertHouse(transaction: Transaction): Promise<void> {
  const at = transaction.withSchema('ai');
  await at
    .into('shops')
    .insert(shops.map((shop) => ({ ...shop, distances: JSON.stringify(shop.distances) })));
  await at.into('ingredients').insert(
    ingredients.map(([id, name, unit, millicents, pack, leadDays, more = {}]) => ({
      id,
      name,
      unit,
      millicents,
      pack,
      lead_days: leadDays,
      allergens: more.allergens ?? [],
      seasons: more.seasons ?? always,
      flavours: more.flavours ?? [],
    })),
  );
  await at.into('recipes').insert(
    Object.entries(recipes).flatMap(([product, parts]) =>
      Object.entries(parts).map(([ingredient, amount]) => ({
        product_id: product,
        ingredient_id: ingredient,
        amount,
      })),
    ),
  );
  await at.into('staff').insert(
    staff.map(([id, shop, maxHours, from, until]) => ({
      id,
      shop_id: shop,
      max_hours: maxHours,
      available_from: from,
      available_until: until,
    })),
  );
  await at.into('stock').insert(
    shops.flatMap(({ id: shop }) =>
      ingredients.map(([ingredient, , , , pack]) => ({
        shop_id: shop,
        ingredient_id: ingredient,
        on_hand: packsAtFirst * pack,
        reorder_point: packsToReorder * pack,
      })),
    ),
  );
}
