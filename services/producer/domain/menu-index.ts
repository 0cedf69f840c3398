import type { Menu } from '#contracts/http/menu.ts';

interface IndexedProduct {
  readonly name: string;
  readonly sizePrices: ReadonlyMap<string, number>;
  readonly optionPrices: ReadonlyMap<string, number>;
}

/** A menu with its prices in cents at hand by key. */
export interface MenuIndex {
  readonly menu: Menu;
  readonly products: ReadonlyMap<string, IndexedProduct>;
}

const pricesOf = (entries: readonly { id: string; priceCents: number }[]): ReadonlyMap<string, number> =>
  new Map(entries.map(({ id, priceCents }) => [id, priceCents]));

export function indexMenu(menu: Menu): MenuIndex {
  const products = menu.products.map(({ id, name, sizes, options }): [string, IndexedProduct] => [
    id,
    { name, sizePrices: pricesOf(sizes), optionPrices: pricesOf(options) },
  ]);
  return { menu, products: new Map(products) };
}
