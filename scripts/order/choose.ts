import type { Menu } from '#contracts/http/menu.ts';
import { UserError } from '../cli/user-error.ts';
import type { OrderItem } from '../stack/menu.ts';
import { pick, pickPopular } from '../traffic/random.ts';

/** What a person takes from the menu: the named product or a popular one, in some size. @throws UserError */
export function chooseItem({ products }: Menu, wanted?: string): OrderItem {
  const product =
    wanted === undefined ? pickPopular(Math.random, products) : products.find(({ id }) => id === wanted);
  if (!product) {
    const ids = products.map(({ id }) => id).join(', ');
    throw new UserError(`"${wanted}" is not on the menu.`, `There are: ${ids}.`);
  }
  const options = product.options.length > 0 ? [pick(Math.random, product.options).id] : [];
  return { productId: product.id, size: pick(Math.random, product.sizes).id, options, quantity: 1 };
}
