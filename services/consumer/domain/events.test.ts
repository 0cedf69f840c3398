import { expect, it } from 'vitest';
import { orderAccepted, orderConflict } from '#contracts/events/order-events.ts';
import { placeOrder } from '../tests/commands.ts';
import { orderAcceptedEvent, orderConflictEvent } from './events.ts';
import { openedBy } from './order.ts';

const commandId = '6f1ffa30-90f4-4c06-b36f-f5d2de0d7d33';
const at = '2026-01-01T08:00:01.000Z';

it('tells of an accepted order in the shape of the contract, always under the same id', () => {
  const place = placeOrder();
  const event = orderAcceptedEvent(place, commandId, at);
  expect(orderAccepted.parse(event.data)).toMatchObject({
    orderVersion: 1,
    status: 'accepted',
    acceptedAt: at,
  });
  expect(event.subject).toBe(place.orderId);
  expect(orderAcceptedEvent(place, commandId, '2027-01-01T00:00:00.000Z').id).toBe(event.id);
  expect(orderAcceptedEvent(placeOrder(), commandId, at).id).not.toBe(event.id);
});

it('tells of a conflict with both fingerprints and the version of the order, which does not change', () => {
  const place = placeOrder();
  const known = { ...openedBy(place), fingerprint: 'a'.repeat(64), version: 3 };
  const event = orderConflictEvent(commandId, place, known, at);
  expect(orderConflict.parse(event.data)).toEqual({
    orderId: place.orderId,
    orderVersion: 3,
    customerId: 'customer-1',
    commandId,
    fingerprint: known.fingerprint,
    conflictingFingerprint: place.fingerprint,
    recordedAt: at,
  });
  expect(event.id).not.toBe(orderAcceptedEvent(place, commandId, at).id);
});
