import type { Family, NamedTest } from '../mutation.ts';

const file = 'services/producer/order-actions.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/producer/act-on-order.test.ts',
  name: `POST /v1/orders/{id}/actions > ${name}`,
});

/** What customers and baristas do to orders are commands in the order's partition (decision 4). */
export const acting: Family = {
  name: 'acting',
  mutations: [
    {
      name: 'in the partition of the order',
      guard: 'one partition orders everything about an order (decision 4)',
      file,
      find: 'encodeEvent(event, ordersTopic.name, orderId)',
      replace: 'encodeEvent(event, ordersTopic.name, commandId)',
      test: test('is a command in the partition of the order'),
    },
    {
      name: 'command id from the Idempotency-Key',
      guard: 'a repeat is the same command, which the order recognises (decisions 3 and 5)',
      file,
      find: 'idempotencyKey === undefined ? randomUUID()',
      replace: "idempotencyKey !== '' ? randomUUID()",
      test: test('is the same command under the same Idempotency-Key, another one without'),
    },
    {
      name: 'a key is of one order and action',
      guard: 'a key that is used for two actions makes two commands (decision 3)',
      file,
      find: '{action}:$',
      replace: '{actor}:$',
      test: test('is another command for another action or order under the same Idempotency-Key'),
    },
    {
      name: 'early 409',
      guard: 'what can surely not be applied any more is refused at once',
      file,
      find: 'if (mayStillFollow(state, action)) return;',
      replace: 'if (mayStillFollow(state, action) || status.length > 0) return;',
      test: test('refuses what can not happen any more'),
    },
    {
      name: 'no 409 for what is only early',
      guard: 'a view that lags behind refuses nothing: the order book decides (decision 4)',
      file,
      find: 'if (mayStillFollow(state, action)) return;',
      replace: "if (mayStillFollow(state, action) && status === 'paid') return;",
      test: test('may come before the order book knows of what it builds on'),
    },
    {
      name: 'payment by crypto is not for the counter',
      guard: 'a barista does not confirm what is paid on the chain',
      file,
      find: "actor === 'barista' && paymentMethod",
      replace: "actor === 'system' && paymentMethod",
      test: test('refuses a payment by crypto at the counter'),
    },
    {
      name: 'late money once',
      guard: 'money that came too late is not taken a second time',
      file,
      find: 'paid: served || refundDue',
      replace: 'paid: served',
      test: test('refuses a second payment of what has expired'),
    },
    {
      name: 'taken while nobody can tell',
      guard: 'commands are taken while PostgreSQL and Redis are away (decision 1)',
      file,
      find: "error.code === 'dependency-unavailable') return;",
      replace: "error.code === 'dependency-unavailable') throw error;",
      test: test('is taken while nobody can tell the order: the order book decides'),
    },
    {
      name: '202 after the acknowledgement',
      guard: 'a command is accepted when Kafka has it, not before (decision 1)',
      file,
      find: 'await this.#parts.publish(encodeEvent(event, ordersTopic.name, orderId));',
      replace: 'this.#parts.publish(encodeEvent(event, ordersTopic.name, orderId)).catch(() => undefined);',
      test: test('says what is not known'),
    },
  ],
};
