import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedIn } from '#platform/testing/tokens.ts';
import type { PaymentRecord } from '../../../services/web3-payment/domain/payment.ts';
import { serveShop } from '../../../services/web3-payment/tests/served-shop.ts';
import { preparedChain, Shop } from '../../../services/web3-payment/tests/shop.ts';
import { askFor, everybody, operationsOf, type ThingRequest } from '../access-matrix.ts';
import { servedDocuments } from '../documents.ts';

const [owner, stranger] = ['owner-of-everything', 'somebody-else'];

/** Requests for the payment of an order; every route that customers may call is here, or among those about nobody's things. */
const requestsFor = ({
  orderId,
}: Pick<PaymentRecord, 'orderId'>): Readonly<Record<string, ThingRequest>> => ({
  'POST /v1/payments': { body: { orderId } },
  'GET /v1/payments': { query: `?orderId=${orderId}` },
  'GET /v1/payments/{id}': {},
  'POST /v1/payments/{id}/confirm': { body: { transactionHash: `0x${'0'.repeat(64)}` } },
  'POST /v1/payments/{id}/cancel': {},
  'POST /v1/payments/{id}/refund': {},
  'POST /v1/payments/{id}/demo-wallet': {},
});
/** What is on the chain for everybody to see. */
const nobodys = new Set(['GET /v1/wallets/{address}/balance']);

const documents = await servedDocuments();
const operations = operationsOf(documents.get('web3-payment.openapi') ?? {});
const aboutPayments = operations.filter(({ name }) => name in requestsFor({ orderId: '' }));

let shop: Shop;
let url: string;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  const deployed = await preparedChain();
  parts.use(deployed.chain);
  shop = parts.use(await Shop.open(deployed));
  ({ url } = parts.use(await serveShop(shop)));
});
afterAll(() => parts.disposeAsync());

it('is of every route for customers', () => {
  const forCustomers = operations.filter(({ roles }) => roles?.has('customer')).map(({ name }) => name);
  const tried = new Set([...aboutPayments.map(({ name }) => name), ...nobodys]);
  expect(forCustomers.filter((name) => !tried.has(name))).toEqual([]);
  expect(aboutPayments).toHaveLength(Object.keys(requestsFor({ orderId: '' })).length);
});

// Guard: whoever knows the id of a payment neither sees nor touches what is another customer's.
describe.each(aboutPayments)('$name', (operation) => {
  it.each(everybody)('$role, owner: $owner', async ({ role, owner: isOwner }) => {
    const orderId = await shop.order({ customerId: owner });
    const before = await shop.payment(orderId);
    const headers = await signedIn(isOwner ? owner : stranger, role);
    const request = requestsFor(before)[operation.name] ?? {};
    const response = await askFor(url, operation, request, { id: before.paymentId, headers });
    const text = await response.text();
    if (operation.roles?.has(role) && (isOwner || role !== 'customer')) {
      expect([401, 403, 404]).not.toContain(response.status);
      return;
    }
    expect(response.status).toBe(operation.roles?.has(role) ? 404 : 403);
    for (const secret of [owner, before.signature]) expect(text).not.toContain(secret);
    expect(await shop.payment(orderId)).toEqual(before);
  });
});
