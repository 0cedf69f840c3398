import type { Family, NamedTest } from '../mutation.ts';

const acceptance = 'services/producer/order-acceptance.ts';
const reader = 'services/producer/order-reader.ts';
const receipts = 'services/producer/receipts.ts';
const identity = 'services/producer/domain/order-identity.ts';
const place = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/place-order.test.ts',
  name,
});
const read = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/read-orders.test.ts',
  name: `GET /v1/orders/{id} > ${name}`,
});
const ids = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/domain/order-identity.test.ts',
  name: `ids > ${name}`,
});
const post = 'POST /v1/orders >';
const unknownOutcome = place(
  `${post} a repeat after an unknown outcome publishes the first price again, as the same event`,
);

/** One order a key, at the first price; 202 is kept and 503 promises nothing (decisions 1 to 4). */
export const accepting: Family = {
  name: 'accepting',
  mutations: [
    {
      name: 'fingerprint',
      guard: 'a key that was used for another order is refused with 422 (decision 3)',
      file: acceptance,
      find: 'if (earlier === now) return;',
      replace: 'if (earlier !== undefined) return;',
      test: place(`${post} refuses a key that was used for another order`),
    },
    {
      name: 'fingerprint without Redis',
      guard: 'without Redis the order book tells another order under the key (decision 3)',
      file: acceptance,
      find: 'requireSameRequest(stored.fingerprint, fingerprint);',
      replace: '',
      test: place('without Redis > the order book recognises repeats and conflicts'),
    },
    {
      name: '202 after the acknowledgement',
      guard: 'an order is accepted when Kafka has it, not before (decision 1)',
      file: acceptance,
      find: 'await publish(message);',
      replace: 'publish(message).catch(() => undefined);',
      test: place(`${post} passes on that Kafka is overloaded`),
    },
    {
      name: 'frees no key of an order that may be there',
      guard: 'a receipt is withdrawn only when certainly nothing was sent (decision 2)',
      file: acceptance,
      find: 'nothingSent.has(error.code)',
      replace: 'error.code.length > 0',
      test: unknownOutcome,
    },
    {
      name: 'frees the key of an order that was not sent',
      guard: 'a refused order does not take its key (decision 3)',
      file: acceptance,
      find: 'await this.#parts.receipts.withdraw(command.orderId);',
      replace: '',
      test: place(`${post} frees the key when certainly nothing was sent`),
    },
    {
      name: 'publishes what was not acknowledged',
      guard: 'a repeat after 503 is sent again, not answered from a receipt that proves nothing (decision 2)',
      file: acceptance,
      find: 'if (!receipt.acknowledged) return this.#publish(receipt.command);',
      replace: '',
      test: unknownOutcome,
    },
    {
      name: 'first price',
      guard: 'a repeat gets the first price, also when its product has left the menu (decision 3)',
      file: acceptance,
      find: 'if (earlier === undefined) throw error;',
      replace: 'if (earlier === undefined || error) throw error;',
      test: place(`${post} answers a repeat with the first receipt, also at other prices`),
    },
    {
      name: 'first price without a receipt',
      guard: 'receipts end, and a repeat of what has left the menu is no new order all the same (decision 3)',
      file: acceptance,
      find: 'if (receipt === undefined) return this.#askOrderBook(orderId, fingerprint);',
      replace: 'if (receipt === undefined) return undefined;',
      test: place(
        `${post} answers a repeat of what has left the menu from the order book, when its receipt has ended`,
      ),
    },
    {
      name: 'first price while nobody can tell',
      guard: 'an order that may be there is not refused (decision 3)',
      file: acceptance,
      find: 'return asStored(await orderBook.find(orderId, orderBookTimeoutMs), fingerprint);',
      replace: 'return asStored(orderBook && undefined, fingerprint);',
      test: place(
        'without Redis > what has left the menu is not refused while nobody can tell whether it was ordered',
      ),
    },
    {
      name: 'first price of a repeat that is sent again',
      guard: 'what is sent again is what was priced first (decision 3)',
      file: acceptance,
      find: 'return this.#publish(receipt.command);',
      replace: 'return this.#publish(command);',
      test: unknownOutcome,
    },
    {
      name: 'orders without Redis',
      guard: 'Redis is best effort: orders are accepted without it (decision 3)',
      file: receipts,
      find: "this.#failed('claim', error);",
      replace: "this.#failed('claim', error); throw error;",
      test: place('without Redis > orders are accepted'),
    },
    {
      name: 'one id an order',
      guard: 'the order id is made of customer and key, on every replica (decision 3)',
      file: identity,
      find: ', orderNamespace);',
      replace: ', uuid(String(process.pid), orderNamespace));',
      test: ids('are the same for every repeat, and stay what they are'),
    },
    {
      name: 'one id a command',
      guard: 'another request under a key is another command, which the consumer records (decision 3)',
      file: identity,
      find: 'commandIdOf = (orderId: string, fingerprint: string)',
      replace: "commandIdOf = (orderId: string, _request: string, fingerprint = 'any')",
      test: ids('differ by customer, key and request'),
    },
    {
      name: 'read your writes',
      guard: 'a just accepted order is shown from its receipt (decision 4)',
      file: reader,
      find: "if (receipt !== 'unknown' && receipt?.acknowledged)",
      replace: "if (receipt !== 'unknown' && receipt?.acknowledged && away !== undefined)",
      test: read('shows an order at once, and then what became of it'),
    },
    {
      name: 'reads without PostgreSQL',
      guard: 'while PostgreSQL is away a just accepted order is shown from its receipt (decision 4)',
      file: reader,
      find: 'away = error;',
      replace: 'throw error;',
      test: read('uses the receipt while PostgreSQL is away'),
    },
    {
      name: 'shows nothing that was not acknowledged',
      guard: 'an order whose acceptance is not settled is not shown as accepted (decision 4)',
      file: reader,
      find: 'receipt?.acknowledged)',
      replace: 'receipt !== undefined)',
      test: read('does not deny an order whose acceptance is not settled, until it would have arrived'),
    },
    {
      name: 'denies nothing that may be under way',
      guard: 'an order that may have been accepted is not denied with 404 (decision 4)',
      file: reader,
      find: "if (receipt === 'unknown' || this.#mayBeUnderWay(receipt))",
      replace: "if (receipt === 'unknown')",
      test: read('does not deny an order whose acceptance is not settled, until it would have arrived'),
    },
    {
      name: 'denies nothing without Redis',
      guard: 'what only Redis could tell is not denied while it is away (decision 4)',
      file: reader,
      find: "if (receipt === 'unknown' || ",
      replace: "if (receipt !== 'unknown' && ",
      test: read('does not deny an order that Redis would know of while Redis is away'),
    },
    {
      name: 'prices are ours',
      guard: "prices are the menu's, never the client's: an order has no field for them",
      file: 'contracts/http/orders.ts',
      find: '      z.strictObject({',
      replace: '      z.object({',
      test: place(`${post} refuses a price`),
    },
  ],
};
