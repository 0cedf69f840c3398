import type { Family, NamedTest } from '../mutation.ts';

const rule = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/checks/architecture.test.ts',
  name,
});
const roles = (name: string): NamedTest => ({
  project: 'integration',
  file: 'services/migrate/tests/prepare.test.ts',
  name,
});
const atWork: NamedTest = {
  project: 'integration',
  file: 'platform/database/tests/database.test.ts',
  name: 'lets services work while it waits for a lock, and gets it in the end',
};
const orders = 'services/consumer/database/migrations.ts';
const grantView = 'grant select on orders.order_v1 to producer;';

/** Who may import, read and change what. */
export const boundaries: Family = {
  name: 'boundaries',
  mutations: [
    {
      name: 'values are no SQL',
      guard: 'what somebody filters by does not become a part of the query',
      file: 'services/producer/database/order-book.ts',
      find: "select.where('customer_id', query.customerId);",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
      replace: "select.whereRaw(`customer_id = '${query.customerId}'`);",
      test: {
        project: 'integration',
        file: 'services/producer/tests/database.test.ts',
        name: "the consumer's view > finds no order of others by SQL in a value: ' or 1=1--",
      },
    },
    {
      name: 'statements are constants',
      guard: 'a statement that is made of a value is seen',
      file: 'services/web3-payment/database/payments.ts',
      find: "select(reader, 'p.order_id = ?', [orderId]);",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
      replace: "select(reader, `p.order_id = '${orderId}'`, []);",
      test: {
        project: 'unit',
        file: 'scripts/checks/sql.test.ts',
        name: 'the text of a statement > is made of nothing but constants that are listed here',
      },
    },
    {
      name: 'services know no other service',
      guard: 'services meet in contracts only (layout)',
      file: 'services/producer/main.ts',
      find: "import { loadProducerConfig } from './config.ts';",
      replace: "import { loadProducerConfig } from './config.ts';\nimport '../consumer/config.ts';",
      test: rule('who may import whom > services never import each other'),
    },
    {
      name: 'platform knows no service',
      guard: 'services are built on platform, not the other way round (layout)',
      file: 'platform/lifecycle/run.ts',
      find: "import { flushTelemetry } from '../telemetry/flush.ts';",
      replace:
        "import { flushTelemetry } from '../telemetry/flush.ts';\nimport '../../services/consumer/config.ts';",
      test: rule('who may import whom > platform knows no service'),
    },
    {
      name: 'contracts know nothing',
      guard: 'contracts import nothing but zod (layout)',
      file: 'contracts/topics.ts',
      find: 'export interface TopicDefinition {',
      replace: "import 'node:process';\nexport interface TopicDefinition {",
      test: rule('who may import whom > contracts import nothing but zod and themselves'),
    },
    {
      name: 'one reader of the environment',
      guard: 'only configuration reads the environment (layout)',
      file: 'services/producer/menu-cache.ts',
      find: 'const firstLoadRetryMs = 500;',
      replace: 'const firstLoadRetryMs = Number(process.env.MENU_RETRY ?? 500);',
      test: rule('who may touch the process > only config.ts and main.ts read the environment'),
    },
    {
      name: 'one end of the process',
      guard: 'only main.ts ends the process: everything else stops in order (lifecycle)',
      file: 'platform/lifecycle/run.ts',
      find: 'const stop = (): void => controller.abort();',
      replace: 'const stop = (): void => process.exit(1);',
      test: rule('who may touch the process > only main.ts ends it'),
    },
    {
      name: 'no test code in the product',
      guard: 'what runs in production is not what tests are made of (layout)',
      file: 'platform/lifecycle/run.ts',
      find: "import { flushTelemetry } from '../telemetry/flush.ts';",
      replace: "import { flushTelemetry } from '../telemetry/flush.ts';\nimport '../testing/poll.ts';",
      test: rule('who may import whom > nothing of the product imports test code'),
    },
    {
      name: 'the producer reads the view only',
      guard: 'readers outside the consumer see a versioned view, nothing behind it (decision 4)',
      file: orders,
      find: grantView,
      replace: `${grantView} grant select on orders.orders to producer;`,
      test: roles('the role of the producer > reads the view of the orders and the menu, and nothing else'),
    },
    {
      name: 'the producer changes nothing',
      guard: 'the role of the producer is read-only (decision 4)',
      file: orders,
      find: grantView,
      replace: 'grant select, delete on orders.order_v1 to producer;',
      test: roles('the role of the producer > changes nothing'),
    },
    {
      name: 'the consumer makes no tables',
      guard: 'schemas are changed by migrations only (decision 10)',
      file: orders,
      find: 'grant usage on schema orders to consumer, producer;',
      replace: 'grant usage on schema orders to producer; grant all on schema orders to consumer;',
      test: roles('the role of the consumer > works with its tables, but makes and drops none'),
    },
    {
      name: 'one migration at a time',
      guard: 'any number of replicas may migrate at once (decision 10)',
      file: 'platform/database/migrations.ts',
      find: "await transaction.raw('select pg_advisory_xact_lock(?)', [lockKey.toString()]);",
      replace: '',
      test: roles('may run four times at once, and again'),
    },
    {
      name: 'migrations wait for locks in seconds only',
      guard: 'services go on while a migration waits for a table (decision 10)',
      file: 'platform/database/migrations.ts',
      find: 'set local lock_timeout =',
      replace: 'set local deadlock_timeout =',
      test: atWork,
    },
    {
      name: 'migrations try again',
      guard: 'a migration that a service was in the way of is applied in the end (decision 10)',
      file: 'platform/database/migrations.ts',
      find: '!inTheWay.has(code)',
      replace: 'inTheWay.has(code)',
      test: atWork,
    },
  ],
};
