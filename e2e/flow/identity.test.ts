import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Anomaly } from '#contracts/events/analytics.ts';
import { signInFailed } from '#contracts/events/identity-events.ts';
import type { Account, Tokens } from '#contracts/http/identity.ts';
import type { Order } from '#contracts/http/orders.ts';
import { identityEventsTopic } from '#contracts/topics.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { startChild } from './child-service.ts';
import { flatWhite } from './orders.ts';
import { type RunningProducer, startConsumer, startProducer } from './services.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const parts = new AsyncDisposableStack();
let producer: RunningProducer;

beforeAll(async () => {
  producer = parts.use(await startProducer(stage()));
  parts.use(await startConsumer(stage()));
});
afterAll(() => parts.disposeAsync());

const password = 'correct horse battery';
const ask = async <T>(path: string, body?: object, headers: Record<string, string> = {}, method = 'POST') => {
  const response = await fetch(`${producer.url}/v1${path}`, {
    ...(body ? { method, body: JSON.stringify(body) } : {}),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as T };
};
const signIn = (username: string, secret = password) =>
  ask<Tokens>('/identity/tokens', { username, password: secret });
const bearer = ({ accessToken }: Tokens) => ({ authorization: `Bearer ${accessToken}` });

it('lets a customer in who registers, and nobody else at her orders', async () => {
  const people: { readonly me: Account; readonly headers: { authorization: string } }[] = [];
  for (const username of ['ada', 'mallory']) {
    expect((await ask('/identity/accounts', { username, password })).status).toBe(202);
    const headers = bearer((await signIn(username)).body);
    people.push({ me: (await ask<Account>('/identity/accounts/me', undefined, headers)).body, headers });
  }
  const [ada, mallory] = people as [(typeof people)[number], (typeof people)[number]];
  const { items } = flatWhite();
  const shopId = 'airport';
  const key = { 'idempotency-key': 'of-ada' };
  const placed = await ask<Order>('/orders', { items, shopId }, { ...ada.headers, ...key });
  expect(placed).toMatchObject({ status: 202, body: { customerId: ada.me.id } });
  const path = `/orders/${placed.body.id}`;
  // From its receipt, and then from the order book.
  expect((await ask(path, undefined, mallory.headers)).status).toBe(404);
  const listed = async ({ headers }: (typeof people)[number]): Promise<string[]> =>
    (await ask<{ orders: Order[] }>('/orders', undefined, headers)).body.orders.map(({ id }) => id);
  await poll(async () => (await listed(ada)).includes(placed.body.id), { what: 'the order in the list' });
  expect(await listed(mallory)).toEqual([]);
  expect(await ask(path, undefined, ada.headers)).toMatchObject({ status: 200, body: { shopId } });
  expect((await ask(path, undefined, mallory.headers)).status).toBe(404);
});

// Guard: repeated failures to sign in are told of, by pseudonym, all the way to the analytics.
it('tells of whom it does not let in, and too many of them are suspicious', async () => {
  await using streams = await startChild('streams', {
    ...stage().environment('streams'),
    CLOSING_INTERVAL: '200ms',
    WATERMARK_DELAY: '500ms',
    ALLOWED_LATENESS: '500ms',
  });
  const statuses: number[] = [];
  for (let attempt = 1; attempt <= 8; attempt += 1) statuses.push((await signIn('nobody', 'wrong')).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const told = await stage().recorder.atLeast(8, identityEventsTopic.name);
  const [first] = told.map(({ value }) => signInFailed.parse(JSON.parse(String(value))));
  expect(JSON.stringify(told)).not.toContain('nobody');
  const operator = await signedIn('the-operator', 'operator');
  const found = await poll(
    async () => {
      // Goes on: windows begin and end at their own times.
      await signIn('nobody', 'wrong');
      const response = await fetch(`${streams.url}/v1/analytics/anomalies?kind=suspicious-activity`, {
        headers: operator,
      });
      const { anomalies } = (await response.json()) as { anomalies: Anomaly[] };
      return anomalies.find(({ subject }) => subject === `name/${first?.name}`);
    },
    { what: 'the anomaly', deadlineMs: 60_000 },
  );
  expect(found.observed).toBeGreaterThan(found.threshold);
});
