import { expect } from '@playwright/test';
import { completedOrderId, orderId as sampleOrderId } from './sample-order.ts';
import { open, test } from './signed-in.ts';
import { onStack } from './target.ts';

test('an order that is placed shows in the feed, with its journey', async ({ page, request }) => {
  await open(page, 'orders');
  await expect(page.getByText('Feed: live')).toBeVisible();
  await page.getByRole('button', { name: 'Place the order' }).click();
  const link = page.getByRole('status').getByRole('link');
  await expect(link).toBeVisible();
  const orderId = (await link.textContent()) ?? '';
  // On the stage nobody keeps an order book: the event is told by hand.
  if (!onStack) await request.get(`/stage/accepted/${orderId}`);
  await expect(
    page.getByRole('region', { name: 'Live: what happens to orders' }).getByLabel(`Order ${orderId}`).first(),
  ).toBeVisible();
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: `Order ${orderId.slice(0, 8)}` })).toBeVisible();
  await expect(page.getByText('accepted', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('list', { name: 'Spans' }).getByRole('button').first()).toBeVisible({
    timeout: 45_000,
  });
});

test('a trace is a waterfall whose spans tell their attributes', async ({ page }) => {
  test.skip(onStack, 'the stage has a trace of a known shape');
  await open(page, 'traces');
  await page.getByRole('link', { name: 'POST /v1/orders' }).first().click();
  const spans = page.getByRole('list', { name: 'Spans' }).getByRole('button');
  await expect(spans).toHaveCount(4);
  await expect(page.getByRole('button', { name: /web3-payment.*failed/ })).toBeVisible();
  await spans.first().click();
  await expect(page.getByRole('rowheader', { name: 'http.route' })).toBeVisible();
});

test('logs are there without Loki, by the containers', async ({ page }) => {
  test.skip(onStack, "the newcomer's path reads real ones");
  const detail = 'Loki gives no answer: getaddrinfo ENOTFOUND.';
  await page.route('**/console/v1/logs?**', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: { detail } }),
  );
  await open(page, 'logs');
  await expect(page.getByText('By the containers of this stack')).toBeVisible();
  const lines = page.getByRole('region', { name: 'Log lines, newest first' });
  const said = (service: string, message: string) =>
    lines.getByRole('row', { name: `${service} info` }).filter({ hasText: message });
  await expect(said('producer', 'request answered')).toBeVisible();
  await expect(said('consumer', 'message processed')).toBeVisible();
});

test('messages of a topic are shown', async ({ page }) => {
  await open(page, 'kafka');
  await page.getByRole('link', { name: 'orders.v1', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Partitions' }).getByRole('row')).toHaveCount(13);
  await expect(page.getByRole('region', { name: 'Messages, newest first' })).toBeVisible();
});

test.describe('on the stage', () => {
  test.skip(onStack, 'it changes what others look at');
  // They share the stage's one container, one fault and one approval.
  test.describe.configure({ mode: 'serial' });

  test('a container is stopped and started', async ({ page }) => {
    await open(page, 'resources');
    await expect(page.getByText('••••')).toHaveCount(1);
    await page.getByRole('button', { name: 'stop producer' }).click();
    await expect(page.getByText('producer: stop done')).toBeVisible();
    await page.getByRole('button', { name: 'start producer' }).click();
    await expect(page.getByRole('button', { name: 'stop producer' })).toBeVisible();
  });

  test('a fault is made, marked on charts, and mended', async ({ page }) => {
    await open(page, 'faults');
    await page.getByRole('button', { name: 'Break it' }).click();
    const faults = page.getByRole('region', { name: 'Faults, newest first' });
    await expect(faults.getByText('latency on kafka')).toBeVisible();
    await expect(faults.getByText('broken')).toBeVisible();
    await page.getByRole('link', { name: 'Metrics' }).click();
    await expect(page.getByRole('img', { name: /faults: latency on kafka/ }).first()).toBeVisible();
    await page.getByRole('link', { name: 'Faults and load' }).click();
    await page.getByRole('button', { name: 'Mend everything' }).click();
    await expect(faults.getByText('mended')).toBeVisible();
  });

  test('chaos is started and stopped, and says what it came to', async ({ page }) => {
    await open(page, 'faults');
    const form = page.getByRole('form', { name: 'Start chaos' });
    await form.getByRole('button', { name: 'Start chaos' }).click();
    await expect(page.getByText('./coffee chaos --seed')).toBeVisible();
    await page.getByRole('button', { name: 'Break it' }).click();
    await expect(page.getByText('Chaos is on, and breaks parts itself; stop it first.')).toBeVisible();
    await form.getByRole('button', { name: 'Stop chaos' }).click();
    await expect(page.getByText('It was stopped.')).toBeVisible();
    await form.getByLabel('Seed, if a run is repeated').fill('7');
    await form.getByLabel('Leave out').selectOption('slow-disk');
    await form.getByRole('button', { name: 'Start chaos' }).click();
    await expect(page.getByText('Reconciled: 1204 orders accepted, 0 lost')).toBeVisible();
    await expect(page.getByText('passed', { exact: true })).toBeVisible();
    await expect(page.getByText('--without slow-disk --json')).toBeVisible();
  });

  test('traffic is started and stopped', async ({ page }) => {
    await open(page, 'faults');
    await page.getByRole('button', { name: 'Start traffic' }).click();
    await expect(page.getByText('./coffee traffic --rate 20 --duration 60s')).toBeVisible();
    await page.getByRole('button', { name: 'Stop it' }).click();
    await expect(page.getByText('stopped', { exact: true })).toBeVisible();
  });

  test('a dead letter is replayed', async ({ page }) => {
    await open(page, 'dead-letters');
    await page.getByRole('button', { name: 'Replay' }).first().click();
    await expect(page.getByText(/\.\/coffee dlq replay orders\.v1\.dlq\/\d+\/0/)).toBeVisible();
  });

  test("a dead letter of an order is replayed from the order's page", async ({ page }) => {
    await open(page, `orders/${sampleOrderId}`);
    const letters = page.getByRole('region', { name: 'Messages, newest first' });
    await expect(letters.getByText('malformed-event', { exact: true })).toBeVisible();
    await letters.getByRole('button', { name: /^Replay orders\.v1\.dlq/ }).click();
    await expect(page.getByText(/\.\/coffee dlq replay orders\.v1\.dlq\/\d+\/0/)).toBeVisible();
  });

  test('an approval is given', async ({ page }) => {
    await open(page, 'workflows');
    await page
      .getByRole('article', { name: 'Order 20 kg of beans' })
      .getByRole('button', { name: 'Approve' })
      .click();
    await expect(page.getByText('Nothing does.')).toBeVisible();
    await page.getByRole('link', { name: 'restock' }).click();
    await expect(page.getByRole('region', { name: 'Steps' }).getByText('forecast')).toBeVisible();
  });

  // Guard: a page that was left open reads Kafka for nothing.
  test('an order is asked for again while it moves, and not when it is at rest', async ({ page }) => {
    await page.clock.install();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/\/orders\/[0-9a-f-]+(\/events.*)?$/.test(request.url())) asked.push(request.url());
    });
    await open(page, `orders/${completedOrderId}`);
    await expect(page.getByText('place', { exact: true }).first()).toBeVisible();
    expect(asked.filter((url) => url.includes('until='))).toHaveLength(1);
    asked.length = 0;
    // What is asked for all the time is: charts are marked by it.
    const later = page.waitForRequest('**/v1/faults');
    await page.clock.fastForward('01:00');
    await later;
    expect(asked).toEqual([]);
    await open(page, `orders/${sampleOrderId}`);
    await expect(page.getByText('accepted', { exact: true }).first()).toBeVisible();
    const again = page.waitForRequest('**/events?**');
    await page.clock.fastForward('01:00');
    expect((await again).url()).not.toContain('until=');
  });
});
