import { afterAll, beforeAll, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import type { TestDatabase } from '#platform/testing/test-database.ts';
import { signedIn } from '#platform/testing/tokens.ts';
import { createAiDatabase, type RunningService, startService } from './ai-service.ts';
import { noticeSecret, startNoticeReceiver } from './notice-receiver.ts';

let test: TestDatabase;
let service: RunningService;

beforeAll(async () => {
  test = await createAiDatabase();
  service = await startService(test);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

it('come once for the key, and an agent of the house answers in a run', async () => {
  const message = { to: 'inventory-manager', subject: 'What is needed?', body: { shopId: 'harbour' } };
  const first = await service.ask<{ id: string; runId: string }>('POST', '/v1/messages', message, 'hello');
  expect(await service.ask('POST', '/v1/messages', message, 'hello')).toEqual(first);
  const run = await poll(
    async () => {
      const found = await service.ask<{ status: string }>('GET', `/v1/runs/${first.runId}`);
      return found.status === 'completed' ? found : undefined;
    },
    { what: 'the answer' },
  );
  expect(run).toMatchObject({ trigger: 'message', result: { answer: { shopId: 'harbour' } } });
  const listed = await service.ask<{ messages: object[] }>('GET', '/v1/messages?to=inventory-manager');
  expect(listed.messages).toContainEqual(
    expect.objectContaining({ id: first.id, subject: 'What is needed?' }),
  );
});

it('go to all that can do something with them', async () => {
  const broadcast = (body: object, key: string) =>
    service.ask<{ messages: { to: string }[] }>('POST', '/v1/messages/broadcast', body, key);
  const stock = { subject: 'Stock', capability: 'inventory' };
  const toAll = await broadcast(stock, 'all');
  expect(toAll.messages.map(({ to }) => to)).toEqual(['inter-location-coordinator']);
  const toShop = await broadcast({ ...stock, body: { shopId: 'harbour' } }, 'shop');
  expect(toShop.messages.map(({ to }) => to)).toEqual(['inventory-manager']);
});

it('are refused for nobody, and for who can do nothing with them', async () => {
  const message = { to: 'nobody', subject: 'Hello', body: {} };
  await expect(service.ask('POST', '/v1/messages', message, 'nobody')).rejects.toThrow('not-found');
  const { status, body: problem } = await service.request('POST', '/v1/messages', {
    body: { ...message, to: 'inventory-manager' },
    headers: { ...(await signedIn('ops', 'operator')), 'idempotency-key': 'nothing' },
  });
  expect([status, problem]).toMatchObject([400, { errors: [{ field: 'body.body.shopId' }] }]);
});

// Guard: nobody takes another request's answer for her own.
it('refuses a key that belongs to another request', async () => {
  const run = { input: { shopId: 'harbour' } };
  const message = { to: 'inventory-manager', subject: 'What is needed?', body: { shopId: 'harbour' } };
  for (const [path, first, other] of [
    ['/v1/workflows/plan-day/execute', run, { input: { shopId: 'station' } }],
    ['/v1/messages', message, { ...message, subject: 'Anything else?' }],
  ] as const) {
    const asked = await service.ask<{ id: string }>('POST', path, first, 'once');
    expect(await service.ask('POST', path, first, 'once')).toMatchObject({ id: asked.id });
    await expect(service.ask('POST', path, other, 'once')).rejects.toThrow('idempotency-key-reused');
  }
});

it('brings messages to whoever can be reached, past those who can not', async () => {
  await service[Symbol.asyncDispose]();
  await using receiver = await startNoticeReceiver();
  service = await startService(test, {
    OUTBOUND_ALLOWED_HOSTS: `${receiver.host},127.0.0.1:1`,
    OUTBOUND_SIGNING_SECRET: noticeSecret,
  });
  const agent = { name: 'x', capabilities: ['x'] };
  await service.ask('POST', '/v1/agents', { ...agent, id: 'away', url: 'http://127.0.0.1:1/' });
  await service.ask('POST', '/v1/agents', { ...agent, id: 'there', url: receiver.url });
  const send = (to: string, key: string): Promise<{ id: string }> =>
    service.ask('POST', '/v1/messages', { to, subject: 'Hello', body: {} }, key);
  // More than are brought at once.
  await Promise.all(Array.from({ length: 25 }, (_, index) => send('away', `away-${index}`)));
  const { id: arriving } = await send('there', 'there');
  await poll(() => receiver.notices.has(arriving), { what: 'the message' });
});
