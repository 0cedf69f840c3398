import { expect } from '@playwright/test';
import { startTrace } from '../../scripts/order/start-trace.ts';
import { waitForTrace } from '../../scripts/order/wait-for-trace.ts';
import { readAuthority } from '../../scripts/stack/authority.ts';
import { once, test } from '../api/clients.ts';
import { skipWithout } from './presence.ts';

skipWithout('Jaeger');

const minutes = 60_000;

test('its search finds the trace of an order, and opens it', async ({ clients, coffee, settings, page }) => {
  const { traceId, traceparent } = startTrace();
  const placedAt = Date.now();
  const customer = await clients.as('customer');
  const answer = await customer.post('/v1/orders', {
    data: coffee,
    headers: { ...once().headers, traceparent },
  });
  expect(answer.status(), await answer.text()).toBe(202);
  const signal = AbortSignal.timeout(2 * minutes);
  const authority = await readAuthority(settings, signal);
  const trace = await waitForTrace({ jaegerUrl: settings.jaegerUrl, authority, traceId, signal });
  expect(trace?.spans.length).toBeGreaterThan(1);

  // As its form would have it, in microseconds; others may order meanwhile.
  const search = new URLSearchParams({
    service: 'producer',
    operation: 'POST /v1/orders',
    start: String((placedAt - minutes) * 1_000),
    end: String((Date.now() + minutes) * 1_000),
    limit: '1000',
  });
  await page.goto(new URL(`/search?${search}`, settings.jaegerUrl).href);
  await page.locator(`a[href*="/trace/${traceId}"]`).first().click();
  await expect(page).toHaveURL(new RegExp(`/trace/${traceId}`));
  const services = page.locator('.span-svc-name');
  for (const service of ['producer', 'consumer'])
    await expect(services.filter({ hasText: service }).first(), service).toBeVisible();
});
