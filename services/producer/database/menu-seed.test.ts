import { expect, test } from 'vitest';
import { menu } from '#contracts/http/menu.ts';
import { seedOptions, seedProducts } from './menu-seed.ts';

const optionsById = new Map(seedOptions.map(([id, name, priceCents]) => [id, { id, name, priceCents }]));

test('the first menu keeps the contract, and its products have only options that exist', () => {
  const products = seedProducts.map(({ id, name, category, sizes, options }) => ({
    id,
    name,
    category,
    sizes: sizes.map(([size, priceCents]) => ({ id: size, priceCents })),
    options: options.map((option) => optionsById.get(option)),
  }));
  expect(menu.safeParse({ version: 1, currency: 'USD', products }).error).toBeUndefined();
  expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
  expect(new Set(seedProducts.flatMap(({ options }) => options))).toEqual(new Set(optionsById.keys()));
});
