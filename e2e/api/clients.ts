import { randomUUID } from 'node:crypto';
import { type APIRequestContext, type APIResponse, test as base, expect } from '@playwright/test';
import type { Role } from '#contracts/access-token.ts';
import type { Order } from '#contracts/http/orders.ts';
import { ApiClient } from '../../scripts/stack/api-client.ts';
import { readAuthority } from '../../scripts/stack/authority.ts';
import { fetchMenu } from '../../scripts/stack/menu.ts';
import { readSettings, type StackSettings } from '../../scripts/stack/settings.ts';
import { stackTokens } from '../../scripts/stack/tokens.ts';

/** Somebody who asks one of the services, through the edge unless told. */
export interface Clients {
  as(role: Role, options?: { readonly subject?: string; readonly at?: URL }): Promise<APIRequestContext>;
  anybody(): Promise<APIRequestContext>;
}

interface Fixtures {
  readonly settings: StackSettings;
  readonly clients: Clients;
  /** A request for something that is on the menu. */
  readonly coffee: { readonly items: readonly object[] };
}

export const test = base.extend<Fixtures>({
  // Playwright reads what a fixture needs from this pattern.
  // biome-ignore lint/correctness/noEmptyPattern: there is nothing that it needs
  settings: async ({}, use) => use(await readSettings()),

  clients: async ({ playwright, settings }, use) => {
    const tokens = await stackTokens(settings);
    const opened: APIRequestContext[] = [];
    const open = async (at: URL, headers: Record<string, string>): Promise<APIRequestContext> => {
      const context = await playwright.request.newContext({
        baseURL: at.origin,
        ignoreHTTPSErrors: true,
        extraHTTPHeaders: headers,
      });
      opened.push(context);
      return context;
    };
    await use({
      as: async (role, { subject = `e2e-${randomUUID()}`, at = settings.edgeUrl } = {}) =>
        open(at, await tokens.headerOf(subject, role)),
      anybody: () => open(settings.edgeUrl, {}),
    });
    for (const context of opened) await context.dispose();
  },

  coffee: async ({ settings }, use) => {
    const signal = AbortSignal.timeout(30_000);
    using edge = new ApiClient(settings.edgeUrl, 1, await readAuthority(settings, signal));
    const [product] = (await fetchMenu(edge, signal)).products;
    const size = product?.sizes[0]?.id;
    if (!product || !size) throw new Error('There is nothing on the menu.');
    await use({ items: [{ productId: product.id, size, options: [], quantity: 2 }] });
  },
});

export const once = (key: string = randomUUID()): { headers: Record<string, string> } => ({
  headers: { 'idempotency-key': key },
});

export async function placeOrder(
  customer: APIRequestContext,
  request: object,
  key?: string,
): Promise<{ readonly response: APIResponse; readonly order: Order }> {
  const response = await customer.post('/v1/orders', { data: request, ...once(key) });
  expect(response.status(), await response.text()).toBe(202);
  return { response, order: (await response.json()) as Order };
}

/** Waits until an order is where it should be. */
export async function reaches(
  who: APIRequestContext,
  orderId: string,
  status: Order['status'],
): Promise<void> {
  await expect
    .poll(async () => ((await (await who.get(`/v1/orders/${orderId}`)).json()) as Partial<Order>).status, {
      message: `order ${orderId}`,
    })
    .toBe(status);
}

/** What a barista does to an order that is paid. */
export async function serve(barista: APIRequestContext, orderId: string): Promise<void> {
  for (const [action, status] of [
    ['prepare', 'preparing'],
    ['mark-ready', 'ready'],
    ['complete', 'completed'],
  ] as const) {
    await act(barista, orderId, action);
    await reaches(barista, orderId, status);
  }
}

export async function act(barista: APIRequestContext, orderId: string, action: string): Promise<void> {
  const answer = await barista.post(`/v1/orders/${orderId}/actions`, { data: { action }, ...once() });
  expect(answer.status(), await answer.text()).toBe(202);
}
