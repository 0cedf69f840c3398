import type { Menu } from '#contracts/http/menu.ts';
import type { PaymentMethod } from '#contracts/order-lifecycle.ts';
import type { OrderItem } from '../stack/menu.ts';
import { pick, pickPopular, type Random } from './random.ts';

/** What a customer does in one visit. */
export type VisitKind =
  /** Orders once. */
  | 'order'
  /** Presses the button twice: the same key and body, at the same time. */
  | 'double-click'
  /** Asks for something that is not on the menu: must be refused with 400. */
  | 'mistake'
  /** Orders, then sends another cart under the same key: must be refused with 422, or be recorded as a conflict. */
  | 'key-reuse'
  /** Orders, and cancels in a moment: comes in time or too late. */
  | 'change-of-mind';

export interface Visit {
  readonly kind: VisitKind;
  readonly customerId: string;
  readonly items: readonly OrderItem[];
  /** The other cart of a `key-reuse`. */
  readonly otherItems: readonly OrderItem[];
  /** How long a `change-of-mind` takes, in milliseconds. */
  readonly thinksMs: number;
  /** Whether the customer looks at the order right after ordering. */
  readonly looks: boolean;
  readonly paymentMethod: PaymentMethod;
}

interface Customer {
  readonly id: string;
  readonly favourite: OrderItem;
}

const shares = {
  doubleClick: 0.03,
  mistake: 0.02,
  keyReuse: 0.01,
  changeOfMind: 0.03,
  looks: 0.1,
  favourite: 0.6,
} as const;

// About as long as it takes until an order is prepared: some are too late.
const longestThoughtMs = 3_000;

const kinds: readonly (readonly [share: number, kind: VisitKind])[] = [
  [shares.doubleClick, 'double-click'],
  [shares.mistake, 'mistake'],
  [shares.keyReuse, 'key-reuse'],
  [shares.changeOfMind, 'change-of-mind'],
];

/** The regulars of the shop: who they are, what they like, and what each of their visits is like. */
export class Customers {
  readonly #menu: Menu;
  readonly #random: Random;
  readonly #cryptoShare: number;
  readonly #customers: readonly Customer[];

  /** @param cryptoShare of the customers who pay on a chain, 0 to 1. */
  constructor(menu: Menu, count: number, random: Random, cryptoShare = 0) {
    this.#cryptoShare = cryptoShare;
    this.#menu = menu;
    this.#random = random;
    this.#customers = Array.from({ length: count }, (_, index) => ({
      id: `customer-${String(index + 1).padStart(5, '0')}`,
      favourite: this.#anyItem(),
    }));
  }

  visit(): Visit {
    const customer = pick(this.#random, this.#customers);
    const kind = this.#kind();
    const items = this.#cart(customer);
    return {
      kind,
      customerId: customer.id,
      items: kind === 'mistake' ? [{ ...customer.favourite, productId: 'unicorn-latte' }] : items,
      otherItems: kind === 'key-reuse' ? otherThan(items) : [],
      thinksMs: kind === 'change-of-mind' ? this.#random() * longestThoughtMs : 0,
      looks: this.#random() < shares.looks,
      // Drawn only where somebody pays so: a seed's day stays what it was.
      paymentMethod: this.#cryptoShare > 0 && this.#random() < this.#cryptoShare ? 'crypto' : 'counter',
    };
  }

  #kind(): VisitKind {
    let drawn = this.#random();
    for (const [share, kind] of kinds) {
      drawn -= share;
      if (drawn < 0) return kind;
    }
    return 'order';
  }

  /** 1 to 4 items, small carts more often. */
  #cart(customer: Customer): OrderItem[] {
    const size = 1 + Math.floor(this.#random() ** 2 * 4);
    const first = this.#random() < shares.favourite ? customer.favourite : this.#anyItem();
    return [first, ...Array.from({ length: size - 1 }, () => this.#anyItem())];
  }

  #anyItem(): OrderItem {
    const product = pickPopular(this.#random, this.#menu.products);
    const wantsOption = product.options.length > 0 && this.#random() < 0.4;
    return {
      productId: product.id,
      size: pick(this.#random, product.sizes).id,
      options: wantsOption ? [pick(this.#random, product.options).id] : [],
      quantity: this.#random() < 0.85 ? 1 : 2,
    };
  }
}

/** The same cart with one more of its first item: surely another request. */
function otherThan(items: readonly OrderItem[]): OrderItem[] {
  return items.map((item, index) => (index === 0 ? { ...item, quantity: item.quantity + 1 } : item));
}
