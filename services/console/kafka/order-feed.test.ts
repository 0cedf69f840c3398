import { afterEach, beforeEach, expect, it } from 'vitest';
import { feedEvent } from '#contracts/http/console.ts';
import { TokenSigner } from '#platform/identity/token-signer.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { IncomingMessage } from '#platform/kafka/messages.ts';
import { poll } from '#platform/testing/poll.ts';
import { signedIn, testTokenSecret } from '#platform/testing/tokens.ts';
import { FakeEvents, startConsole } from '../tests/start-console.ts';

const orderId = 'd16c66e4-140c-438c-8e78-84e0bb3e4909';
const traceId = 'b'.repeat(32);

function accepted(id: string): IncomingMessage {
  const event = {
    id,
    type: 'dev.gocoffee.order.accepted.v1',
    source: '/services/consumer',
    subject: orderId,
    time: '2026-03-01T10:00:00.000Z',
    data: { totalCents: 450 },
  };
  const { topic, key, value, headers } = encodeEvent(event, 'order-events.v1', orderId);
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  return {
    topic,
    key,
    value: Buffer.from(value),
    headers: { ...headers, traceparent },
    partition: 0,
    offset: '1',
    timestampMs: 0,
  };
}

let events: FakeEvents;
let console: Awaited<ReturnType<typeof startConsole>>;
beforeEach(async () => {
  events = new FakeEvents();
  console = await startConsole({ events, environment: { FEED_MAX_CLIENTS: '2' } });
});
afterEach(() => console[Symbol.asyncDispose]());

/** Follows until it is disposed. */
async function follow() {
  const leaving = new AbortController();
  const headers = await signedIn('olivia', 'operator');
  const response = await fetch(`${console.url}/console/v1/feed`, { headers, signal: leaving.signal });
  const state = { text: '', ended: false };
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? [])
      state.text += decoder.decode(chunk as Uint8Array, { stream: true });
  })().catch(() => undefined);
  void reading.then(() => {
    state.ended = true;
  });
  return {
    response,
    state,
    data: () =>
      [...state.text.matchAll(/^data: (.*)$/gm)].map(([, json]) => feedEvent.parse(JSON.parse(json ?? ''))),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reading;
    },
  };
}

it('tells every page of what happens, by one consumer, and only while somebody looks', async () => {
  {
    await using one = await follow();
    await using other = await follow();
    expect(one.response.headers.get('content-type')).toBe('text/event-stream');
    events.tell(accepted('e1'));
    for (const page of [one, other]) {
      await poll(() => page.data().length === 1);
      expect(page.data()).toEqual([
        {
          id: 'e1',
          orderId,
          type: 'dev.gocoffee.order.accepted.v1',
          at: '2026-03-01T10:00:00.000Z',
          traceId,
          data: { totalCents: 450 },
        },
      ]);
    }
    expect(events.opened).toBe(1);
    expect(events.closed).toBe(0);
  }
  await poll(() => events.closed === 1);
  await using again = await follow();
  expect(again.response.status).toBe(200);
  expect(events.opened).toBe(2);
});

it('leaves out what is no event, and goes on', async () => {
  await using page = await follow();
  events.tell({ ...accepted('e1'), headers: {} });
  events.tell(accepted('e2'));
  await poll(() => page.data().length > 0);
  expect(page.data().map(({ id }) => id)).toEqual(['e2']);
});

it('has room for so many pages, and says so to the next', async () => {
  await using _one = await follow();
  await using _other = await follow();
  await using third = await follow();
  expect(third.response.status).toBe(503);
});

it('says what is wrong when events can not be followed, and tries again for the next', async () => {
  events.failure = new Error('connect ECONNREFUSED');
  await using refused = await follow();
  expect(refused.response.status).toBe(503);
  await poll(() => refused.state.text.includes('ECONNREFUSED'));
  events.failure = undefined;
  await using page = await follow();
  expect(page.response.status).toBe(200);
});

it('sends pages away when events are lost, so that they come again', async () => {
  await using page = await follow();
  events.lose();
  await poll(() => page.state.ended);
  await poll(() => events.closed === 1);
  await using again = await follow();
  events.tell(accepted('e9'));
  await poll(() => again.data().length === 1);
});

it('ends with the token that it was opened with', async () => {
  const short = new TokenSigner({
    secret: testTokenSecret,
    issuer: 'go-coffee',
    audience: 'go-coffee',
    lifetimeMs: 2_000,
  });
  const headers = { authorization: `Bearer ${await short.sign('olivia', ['operator'])}` };
  const response = await fetch(`${console.url}/console/v1/feed`, { headers });
  expect(response.status).toBe(200);
  const ended = response.text().then(
    () => true,
    () => true,
  );
  expect(await ended).toBe(true);
  await poll(() => console.feed.clients === 0);
});
