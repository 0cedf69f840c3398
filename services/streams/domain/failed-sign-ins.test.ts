import { expect, it } from 'vitest';
import { signInFailedType } from '#contracts/events/identity-events.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import { delivered } from '../tests/happenings.ts';
import { failedSignIns } from './failed-sign-ins.ts';
import { foldBatch } from './fold-batch.ts';

const [name, address] = ['a'.repeat(32), 'b'.repeat(32)];
const failure = (id: string, changes: object = {}, type = signInFailedType) =>
  delivered(
    encodeEvent(
      {
        id,
        type,
        source: '/tests',
        subject: name,
        time: '2026-01-01T08:00:00.000Z',
        data: {
          name,
          address,
          reason: 'wrong-credentials',
          occurredAt: '2026-01-01T08:00:00.000Z',
          ...changes,
        },
      },
      failedSignIns.topic.name,
      name,
    ),
    0,
    0,
  );
const [first, second] = ['0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a01', '0c7a3c3e-0f0b-4c58-8a55-1b0d3e0f5a02'];
const batch = (...messages: ReturnType<typeof failure>[]) =>
  messages.map((message) => ({ message, event: failedSignIns.read(message) }));
const inTime = { closedBefore: 0, latest: Number.POSITIVE_INFINITY };

it('counts each by name and by address, once however often it comes', () => {
  const { panes, counted, repeats } = foldBatch(
    batch(failure(first), failure(second, { reason: 'locked' }), failure(first)),
    new Map(),
    inTime,
  );
  expect([counted, repeats]).toEqual([2, 1]);
  expect([...panes.values()]).toEqual([
    expect.objectContaining({
      totals: {},
      signInFailures: { [`name/${name}`]: 2, [`address/${address}`]: 2 },
    }),
  ]);
});

it('passes over what is something else, and what can not be read', () => {
  expect(
    failedSignIns.read(failure(first, {}, 'dev.gocoffee.identity.refresh-token-reused.v1')),
  ).toBeUndefined();
  expect(failedSignIns.read(failure(first, { name: 'ada' }))).toBeUndefined();
  expect(failedSignIns.read({ ...failure(first), value: Buffer.from('{') })).toBeUndefined();
});

// Guard: windows and what is late are all that happened to orders; this is no order.
it('leaves what comes too late out of the figures', () => {
  const { panes, untimely, counted } = foldBatch(batch(failure(first)), new Map(), {
    ...inTime,
    closedBefore: Number.POSITIVE_INFINITY,
  });
  expect([panes.size, untimely, counted]).toEqual([0, [], 1]);
});
