import type { Menu } from '#contracts/http/menu.ts';
import type { CustomerOrder, Order } from '#contracts/http/orders.ts';
import type { OrderView } from '#contracts/order-view.ts';
import { AppError } from '#platform/errors/app-error.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { OrderBook } from '../database/order-book.ts';
import type { IdentityMetrics } from '../identity/metrics.ts';
import type { MenuSource, RevisedMenu } from '../menu-cache.ts';
import type { OrderMetrics } from '../metrics.ts';
import type { ViewCache } from '../order-views.ts';
import type { ReceiptRedis } from '../receipts.ts';

export const menu: Menu = {
  version: 3,
  currency: 'USD',
  products: [
    {
      id: 'latte',
      name: 'Caffè latte',
      category: 'coffee',
      sizes: [
        { id: 'small', priceCents: 400 },
        { id: 'large', priceCents: 500 },
      ],
      options: [
        { id: 'oat-milk', name: 'Oat milk', priceCents: 70 },
        { id: 'extra-shot', name: 'Extra shot', priceCents: 90 },
      ],
    },
    { id: 'water', name: 'Water', category: 'cold', sizes: [{ id: 'glass', priceCents: 0 }], options: [] },
  ],
};

export const request: CustomerOrder = {
  customerId: 'customer-1',
  items: [{ productId: 'latte', size: 'large', options: ['oat-milk'], quantity: 2 }],
  paymentMethod: 'counter',
  shopId: 'main',
};

const away = (): never => {
  throw new Error('away');
};

/** Redis in memory, as far as receipts use it. */
export class FakeRedis implements ReceiptRedis {
  readonly values = new Map<string, string>();
  /** Of receipts. */
  readonly ttls: number[] = [];
  away = false;

  async set(
    key: string,
    value: string,
    _px: 'PX',
    ttlMs: number,
    nx?: 'NX',
    get?: 'GET',
  ): Promise<string | null> {
    if (this.away) away();
    if (key.startsWith('order:')) this.ttls.push(ttlMs);
    const earlier = this.values.get(key) ?? null;
    if (nx && earlier !== null) return get ? earlier : null;
    this.values.set(key, value);
    return nx && get ? null : 'OK';
  }

  async get(key: string): Promise<string | null> {
    if (this.away) away();
    return this.values.get(key) ?? null;
  }

  /** The ids of the orders that have a receipt. */
  get receipts(): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith('order:'));
  }

  async del(key: string): Promise<number> {
    if (this.away) away();
    return this.values.delete(key) ? 1 : 0;
  }

  async ping(): Promise<string> {
    return this.away ? away() : 'PONG';
  }
}

/** Hot views in memory. */
export class FakeViews implements ViewCache {
  readonly bodies = new Map<string, string>();
  away = false;

  async get(key: string): Promise<string | undefined> {
    if (this.away) away();
    return this.bodies.get(key);
  }

  async put({ key }: { readonly key: string }, body: string): Promise<void> {
    if (this.away) away();
    this.bodies.set(key, body);
  }
}

/** Kafka in memory; `failure` is what the next publications end with. */
export class FakePublisher {
  readonly messages: OutgoingMessage[] = [];
  failure: AppError | undefined;

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.failure) throw this.failure;
    this.messages.push(message);
  }

  async ping(): Promise<void> {
    if (this.failure) throw this.failure;
  }
}

export const databaseAway = (): AppError =>
  new AppError('dependency-unavailable', 'The order book is away; repeat the request later.', {
    retryAfterSeconds: 2,
  });

/** The order book in memory. */
export class FakeOrderBook implements OrderBook {
  readonly stored = new Map<string, OrderView>();
  failure: Error | undefined;
  lastQuery: unknown;

  async find(orderId: string): Promise<OrderView | undefined> {
    await this.ping();
    return this.stored.get(orderId);
  }

  async list(query: unknown): ReturnType<OrderBook['list']> {
    await this.ping();
    this.lastQuery = query;
    return { orders: [...this.stored.values()].map(({ order }) => order), nextCursor: null };
  }

  async ping(): Promise<void> {
    if (this.failure) throw this.failure;
  }
}

export class FakeMenuSource implements MenuSource {
  menu: Menu = menu;
  failure: Error | undefined;
  loads = 0;

  async revision(): Promise<string> {
    if (this.failure) throw this.failure;
    return String(this.menu.version);
  }

  async load(): Promise<RevisedMenu> {
    const revision = await this.revision();
    this.loads += 1;
    return { revision, menu: this.menu };
  }
}

/** Keeps what was counted, as `accepted`, `rejected overloaded` …. */
export class RecordedMetrics implements OrderMetrics {
  readonly counted: string[] = [];
  accepted = (): void => void this.counted.push('accepted');
  replayed = (): void => void this.counted.push('replayed');
  rejected = (reason: string): void => void this.counted.push(`rejected ${reason}`);
  viewFailed = (operation: string): void => void this.counted.push(`view failed ${operation}`);
  receiptFailed = (operation: string): void => void this.counted.push(`failed ${operation}`);
}

/** Keeps what was counted, as `sign-in locked`, `refresh reused` …. */
export class RecordedIdentityMetrics implements IdentityMetrics {
  readonly counted: string[] = [];
  signedIn = (outcome: string): void => void this.counted.push(`sign-in ${outcome}`);
  refreshed = (outcome: string): void => void this.counted.push(`refresh ${outcome}`);
  registered = (): void => void this.counted.push('registered');
  eventLost = (): void => void this.counted.push('event lost');
}

/** An order as the order book shows it, of somebody who has paid. */
export const paidOrder = (id: string, customerId: string): Order => ({
  ...{ id, customerId, status: 'paid', version: 3, paymentMethod: 'counter', shopId: 'main' },
  ...{ paymentDueAt: null, refundDue: false, currency: 'USD', items: [], totalCents: 400 },
  ...{ createdAt: '2026-03-01T08:00:00.000Z', updatedAt: '2026-03-01T08:00:01.000Z' },
});
