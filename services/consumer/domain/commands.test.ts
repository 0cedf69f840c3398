import { describe, expect, it } from 'vitest';
import { act, command, messageOf, placeOrder } from '../tests/commands.ts';
import { decodeCommand } from './commands.ts';

const codeOf = (message: Parameters<typeof decodeCommand>[0]): unknown => {
  try {
    decodeCommand(message);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'decoded';
};

it('reads the command to place an order', () => {
  const place = placeOrder();
  const message = messageOf(command(place));
  expect(decodeCommand(message)).toMatchObject({ message, id: message.headers.ce_id, place });
});

it('reads an id as PostgreSQL writes it: a repeat must find itself, however it is spelled', () => {
  const message = messageOf(command(placeOrder()));
  const headers = { ...message.headers, ce_id: String(message.headers.ce_id).toUpperCase() };
  expect(decodeCommand({ ...message, headers }).id).toBe(message.headers.ce_id);
});

describe('can never apply', () => {
  const good = messageOf(command(placeOrder()));
  const withHeaders = (change: Record<string, string>, message = good) => ({
    ...message,
    headers: { ...message.headers, ...change },
  });
  const withData = (data: object) => ({
    ...good,
    value: Buffer.from(JSON.stringify({ ...placeOrder(), ...data })),
  });

  it.each([
    ['no CloudEvent', { ...good, headers: {} }, 'malformed-event'],
    ['no JSON', { ...good, value: Buffer.from('{') }, 'malformed-event'],
    ['no value', { ...good, value: undefined }, 'malformed-event'],
    ['an id that is no UUID', withHeaders({ ce_id: '42' }), 'malformed-event'],
    ['an unknown type', withHeaders({ ce_type: 'dev.gocoffee.order.eat.v1' }), 'unknown-type'],
    ['no lines', withData({ lines: [] }), 'invalid-data'],
    ['a negative total', withData({ totalCents: -1 }), 'invalid-data'],
    ['another key than its order', { ...good, key: 'another' }, 'invalid-data'],
    ['no key', { ...good, key: undefined }, 'invalid-data'],
    [
      'an action that its type does not say',
      withHeaders({ ce_type: 'dev.gocoffee.order.cancel.v1' }, messageOf(act(good.key ?? '', 'refund'))),
      'invalid-data',
    ],
    ['JSON that is no object', { ...good, value: Buffer.from('null') }, 'invalid-data'],
  ])('%s', (_what, message, code) => expect(codeOf(message)).toBe(code));

  it('an order id in capitals: the same order would have two keys, and so two partitions', () => {
    const place = placeOrder();
    const orderId = place.orderId.toUpperCase();
    expect(codeOf({ ...messageOf(command({ ...place, orderId })), key: orderId })).toBe('invalid-data');
  });
});
