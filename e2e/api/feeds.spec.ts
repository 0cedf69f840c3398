import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { expect } from '@playwright/test';
import { analyticsWindow } from '#contracts/http/analytics.ts';
import { feedEvent } from '#contracts/http/console.ts';
import { readAuthority } from '../../scripts/stack/authority.ts';
import type { StackSettings } from '../../scripts/stack/settings.ts';
import { stackTokens } from '../../scripts/stack/tokens.ts';
import { placeOrder, test } from './clients.ts';

interface Feed extends Disposable {
  /** The data of every event until now. */
  readonly events: readonly unknown[];
}

/** Follows server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) as an operator. */
async function follow(settings: StackSettings, at: URL, path: string): Promise<Feed> {
  const headers = await (await stackTokens(settings)).headerOf('e2e-feeds', 'operator');
  const ca = await readAuthority(settings, AbortSignal.timeout(30_000));
  const events: unknown[] = [];
  const asking = request(new URL(path, at), { ca, headers: { ...headers, accept: 'text/event-stream' } });
  await new Promise<void>((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${path} was answered with ${answer.statusCode}.`));
      createInterface({ input: answer })
        .on('line', (line) => {
          if (line.startsWith('data:')) events.push(JSON.parse(line.slice('data:'.length)));
        })
        // It is cut off at the end.
        .on('error', () => undefined);
      resolve();
    });
    asking.end();
  });
  asking.on('error', () => undefined);
  return { events, [Symbol.dispose]: () => asking.destroy() };
}

test('the feed of orders tells what becomes of one', async ({ clients, coffee, settings }) => {
  using feed = await follow(settings, settings.edgeUrl, '/console/v1/feed');
  const { order } = await placeOrder(await clients.as('customer'), coffee);
  const told = () =>
    feed.events.map((event) => feedEvent.parse(event)).filter(({ orderId }) => orderId === order.id);
  await expect.poll(() => told().map(({ type }) => type)).toContain('dev.gocoffee.order.accepted.v1');
  expect(told()[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
});

test('windows of analytics come as they close', async ({ clients, coffee, settings }) => {
  using feed = await follow(settings, settings.streamsUrl, '/v1/analytics/stream?kind=tumbling-10s');
  const customer = await clients.as('customer');
  // Time goes on by events: a window closes when later ones come.
  await expect
    .poll(
      async () => {
        await placeOrder(customer, coffee);
        return feed.events.length;
      },
      { intervals: [3_000], timeout: 90_000 },
    )
    .toBeGreaterThan(0);
  expect(analyticsWindow.parse(feed.events[0]).kind).toBe('tumbling-10s');
});
