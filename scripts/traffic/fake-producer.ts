import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Menu } from '#contracts/http/menu.ts';
import type { PlaceOrderRequest } from '#contracts/http/orders.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly atMs: number;
}

/** Answers instead of the usual: return true when the response was taken over. */
export type Interference = (asked: Asked, response: ServerResponse) => boolean;

export const menuOfFake: Menu = {
  version: 1,
  currency: 'USD',
  products: ['flat-white', 'espresso', 'mocha'].map((id) => ({
    id,
    name: id,
    category: 'coffee',
    sizes: [{ id: 'small', priceCents: 300 }],
    options: [{ id: 'oat-milk', name: 'Oat milk', priceCents: 50 }],
  })),
};

/** A producer in this process, for tests: idempotent, in memory, and as unreliable as `interfere` makes it. */
export async function startFakeProducer(interfere: Interference = () => false) {
  const asked: Asked[] = [];
  const bodies = new Map<string, string>();
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const key = request.headers['idempotency-key']?.toString();
    const seen: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      key,
      atMs: performance.now(),
    };
    asked.push(seen);
    if (interfere(seen, response)) return;
    const [status, answer] = decide(bodies, seen, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function decide(bodies: Map<string, string>, { method, path, key }: Asked, body: string): [number, unknown] {
  if (path === '/v1/menu') return [200, menuOfFake];
  if (method === 'GET') return readOrder(bodies, path);
  if (method === 'DELETE') return cancel(path);
  const wanted = JSON.parse(body) as PlaceOrderRequest;
  if (wanted.items.some((item) => item.productId === 'unicorn-latte')) return [400, {}];
  const id = orderId(`${wanted.customerId}\n${key}`);
  const earlier = bodies.get(id);
  if (earlier !== undefined && earlier !== body) return [422, {}];
  bodies.set(id, body);
  return [202, orderOf(id, wanted)];
}

function cancel(path: string): [number, unknown] {
  const orderId = path.split('/').at(-1) ?? '';
  const requestedAt = new Date().toISOString();
  return [202, { commandId: randomUUID(), orderId, action: 'cancel', requestedAt }];
}

function readOrder(bodies: Map<string, string>, path: string): [number, unknown] {
  const id = path.split('/').at(-1) ?? '';
  const body = bodies.get(id);
  return body === undefined ? [404, {}] : [200, orderOf(id, JSON.parse(body) as PlaceOrderRequest)];
}

function orderId(name: string): string {
  const hex = createHash('sha1').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function orderOf(id: string, { customerId, items }: PlaceOrderRequest) {
  const lines = items.map((item) => ({
    ...item,
    name: item.productId,
    unitPriceCents: 300,
    lineTotalCents: 300 * item.quantity,
  }));
  const now = new Date().toISOString();
  return {
    id,
    customerId,
    status: 'accepted',
    version: 1,
    paymentMethod: 'counter',
    shopId: 'main',
    paymentDueAt: null,
    refundDue: false,
    currency: 'USD',
    items: lines,
    totalCents: lines.reduce((sum, line) => sum + line.lineTotalCents, 0),
    createdAt: now,
    updatedAt: now,
  };
}
