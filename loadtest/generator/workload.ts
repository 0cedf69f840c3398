import { randomUUID } from 'node:crypto';
import type { Menu } from '#contracts/http/menu.ts';
import { Customers } from '../../scripts/traffic/customers.ts';
import type { Purpose } from '../../scripts/traffic/journal-entry.ts';
import { type Random, seededRandom } from '../../scripts/traffic/random.ts';
import { traceparent } from '../../scripts/traffic/trace-share.ts';
import type { Mix } from '../scenarios.ts';
import type { LaneRequest } from './lane.ts';
import type { People } from './people.ts';

/** A request with what the journal has to know of it. */
export interface LoadRequest extends LaneRequest {
  readonly purpose: Purpose;
  readonly customerId: string;
  readonly key: string;
}

export interface WorkloadOptions {
  readonly menu: Menu;
  /** They order in turn: nobody is above the limit of one customer. */
  readonly customerIds: readonly string[];
  readonly seed: number;
  readonly mix: Mix;
  /** Which share of the requests is traced, 0 to 1. */
  readonly traceShare: number;
  /** Whether a trusted proxy is to know each customer by an address of his own. */
  readonly forwardedFor: boolean;
}

interface PlacedOrder {
  readonly id: string;
  readonly customerId: string;
}

const preparedCarts = 4_000;
const regularsOfShop = 500;
const remembered = 2_000;
const json = 'application/json';

/** Who wants what: carts of regulars with favourites, and looks at what was ordered. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #people: Pick<People, 'authorizationOf'>;
  readonly #random: Random;
  /** As JSON. */
  readonly #carts: readonly string[];
  readonly #addresses = new Map<string, string>();
  readonly #placed: PlacedOrder[] = [];
  readonly #payment: string;
  #count = 0;

  constructor(options: WorkloadOptions, people: Pick<People, 'authorizationOf'>) {
    this.#options = options;
    this.#people = people;
    this.#random = seededRandom(options.seed);
    this.#carts = cartsOf(options.menu, this.#random);
    const { paymentMethod } = options.mix;
    this.#payment = paymentMethod === 'counter' ? '' : `,"paymentMethod":"${paymentMethod}"`;
  }

  next(): LoadRequest {
    this.#count += 1;
    return this.#random() < this.#options.mix.reads ? this.#read() : this.#order();
  }

  /** An order that can be looked at from now on. */
  placed(id: string, customerId: string): void {
    this.#placed[this.#count % remembered] = { id, customerId };
  }

  #order(): LoadRequest {
    const customerId = this.#customer();
    const cart = this.#carts[this.#count % preparedCarts];
    const body = `{"customerId":"${customerId}","items":${cart}${this.#payment}}`;
    const key = randomUUID();
    const headers = { ...this.#headersOf(customerId), 'content-type': json, 'idempotency-key': key };
    return { purpose: 'order', customerId, key, method: 'POST', path: '/v1/orders', headers, body };
  }

  /** Of one order mostly; of the list of a customer's own; of the menu. */
  #read(): LoadRequest {
    const placed = this.#placed[Math.floor(this.#random() * this.#placed.length)];
    const drawn = this.#random();
    const customerId = placed?.customerId ?? this.#customer();
    const look = (path: string): LoadRequest => ({
      ...{ purpose: 'read', customerId, key: placed?.id ?? '', method: 'GET', path },
      headers: this.#headersOf(customerId),
    });
    if (!placed || drawn < 0.2) return look('/v1/menu');
    return look(drawn < 0.8 ? `/v1/orders/${placed.id}` : `/v1/orders?customerId=${customerId}&limit=20`);
  }

  #customer(): string {
    const { customerIds } = this.#options;
    return customerIds[this.#count % customerIds.length] ?? '';
  }

  #headersOf(customerId: string): Record<string, string> {
    const { traceShare, forwardedFor } = this.#options;
    return {
      accept: json,
      authorization: this.#people.authorizationOf(customerId),
      traceparent: traceparent(traceShare),
      ...(forwardedFor ? { 'x-forwarded-for': this.#addressOf(customerId) } : {}),
    };
  }

  /** In 198.18.0.0/15, which is for benchmarks (RFC 2544). */
  #addressOf(customerId: string): string {
    const known = this.#addresses.get(customerId);
    if (known) return known;
    const index = this.#addresses.size;
    const address = `198.${18 + ((index >> 16) & 1)}.${(index >> 8) & 255}.${index & 255}`;
    this.#addresses.set(customerId, address);
    return address;
  }
}

/** What the regulars of a shop order, as the JSON of its items. */
function cartsOf(menu: Menu, random: Random): string[] {
  const regulars = new Customers(menu, regularsOfShop, random);
  const carts: string[] = [];
  while (carts.length < preparedCarts) {
    const { kind, items } = regulars.visit();
    // Here every request is right: each answer but success is the platform's fault.
    if (kind !== 'mistake') carts.push(JSON.stringify(items));
  }
  return carts;
}
