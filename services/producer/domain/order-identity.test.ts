import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CustomerOrder, placeOrderRequest } from '#contracts/http/orders.ts';
import { request } from '../tests/fakes.ts';
import { commandIdOf, fingerprintOf, orderIdOf } from './order-identity.ts';

const key = fc.constantFrom('latte', 'mocha', 'oat-milk', 'soy', 'large', 'small');
const item = fc.record({
  productId: key,
  size: key,
  options: fc.uniqueArray(key, { maxLength: 4 }),
  quantity: fc.integer({ min: 1, max: 100 }),
});
const anyRequest: fc.Arbitrary<CustomerOrder> = fc.record({
  customerId: fc.constantFrom('a', 'b', 'c-1'),
  items: fc.array(item, { minLength: 1, maxLength: 4 }),
  paymentMethod: fc.constantFrom('counter', 'crypto'),
  // A shop may be called as a way to pay is.
  shopId: fc.constantFrom('main', 'airport', 'crypto'),
});

/** The same request as another client would write it: other order of fields and options, defaults left out. */
const rewritten = (original: CustomerOrder): CustomerOrder => ({
  ...placeOrderRequest.parse({
    items: original.items.map(({ productId, size, options, quantity }) => ({
      quantity,
      ...(options.length > 0 ? { options: options.toReversed() } : {}),
      size,
      productId,
    })),
    ...(original.paymentMethod === 'counter' ? {} : { paymentMethod: original.paymentMethod }),
    ...(original.shopId === 'main' ? {} : { shopId: original.shopId }),
  }),
  customerId: original.customerId,
});

const sorted = ({ customerId, items }: CustomerOrder): unknown => ({
  customerId,
  items: items.map(({ productId, size, options, quantity }) => [
    productId,
    size,
    options.toSorted(),
    quantity,
  ]),
});

describe('the fingerprint', () => {
  test('does not depend on how a request is written', () => {
    fc.assert(
      fc.property(anyRequest, (original) => {
        expect(fingerprintOf(rewritten(original))).toBe(fingerprintOf(original));
      }),
    );
  });

  test('tells different requests apart', () => {
    fc.assert(
      fc.property(anyRequest, anyRequest, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(fingerprintOf(one) === fingerprintOf(other)).toBe(same);
      }),
    );
  });

  test('is a SHA-256 in hexadecimal, and stays what it is: stored receipts depend on it', () => {
    expect(fingerprintOf(request)).toBe('42813898ee4d8b7e92a497821841f60514617df93018b716647dd818a24c3c1c');
  });
});

describe('ids', () => {
  test('are the same for every repeat, and stay what they are', () => {
    expect(orderIdOf('customer-1', 'key-1')).toBe('97d68726-8d62-533e-b001-f8a7b5db4013');
    expect(commandIdOf('97d68726-8d62-533e-b001-f8a7b5db4013', 'f')).toBe(
      'c073975d-3951-5932-865c-0619abec3570',
    );
  });

  // Guard: two regions never make one order of what both have accepted.
  test('differ by region, where there is one', () => {
    const ids = [undefined, 'eu', 'us'].map((region) => orderIdOf('customer-1', 'key-1', region));
    expect(ids).toEqual([
      '97d68726-8d62-533e-b001-f8a7b5db4013',
      orderIdOf('customer-1', 'key-1', 'eu'),
      orderIdOf('customer-1', 'key-1', 'us'),
    ]);
    expect(new Set(ids).size).toBe(3);
    expect(orderIdOf('a', 'b', 'eu')).not.toBe(orderIdOf('eu', 'a'));
  });

  test('differ by customer, key and request', () => {
    const ids = [orderIdOf('a', 'b'), orderIdOf('b', 'a'), orderIdOf('a', 'c'), orderIdOf('ab', '')];
    expect(new Set(ids).size).toBe(ids.length);
    const [id] = ids as [string];
    expect(commandIdOf(id, 'one')).not.toBe(commandIdOf(id, 'two'));
  });
});
