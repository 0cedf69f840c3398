import type { Family, NamedTest } from '../mutation.ts';

const service = 'services/web3-payment';
const follower = `${service}/following/follower.ts`;
const sender = `${service}/sending/sender.ts`;
const desk = `${service}/payment-desk.ts`;
const settling = `${service}/database/settling.ts`;
const integration =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'integration', file: `${service}/tests/${file}.test.ts`, name });
const following = integration('following');
const sending = integration('sending');
const api = integration('api');
const unit = (file: string, name: string): NamedTest => ({ project: 'unit', file, name });

/** An order is paid once, when its money is surely there, and nothing that is sent is sent twice. */
export const payments: Family = {
  name: 'payments',
  mutations: [
    {
      name: 'confirmations',
      guard: 'a payment counts only when it is as deep as its chain wants (ADR 26)',
      file: follower,
      find: 'followedTo - chain.definition.confirmations + 1',
      replace: 'followedTo',
      test: following('offers a payment, sees it in a block, and settles it when it is deep enough'),
    },
    {
      name: 'witnesses',
      guard: 'one endpoint that lies settles nothing (ADR 26)',
      file: follower,
      find: 'if (verdict.agreed)',
      replace: 'if (verdict)',
      test: following('settles nothing that a second endpoint does not confirm'),
    },
    {
      name: 'told once',
      guard: 'a payment that is settled again moves nothing a second time (ADR 26)',
      file: settling,
      find: 'settled_at is null as first from payments.payments\n        where payment_id = any',
      replace: 'true as first from payments.payments\n        where payment_id = any',
      test: following(
        'when blocks are replaced > 3 deep, after it was settled, it is settled again and told once',
      ),
    },
    {
      name: 'goes back',
      guard: 'what was in a replaced block is not paid (ADR 26)',
      file: follower,
      find: 'const changed = await forgetAbove(transaction, this.#name, to.number);',
      replace: 'const changed: PaymentRecord[] = [];',
      test: following(
        'when blocks are replaced > 1 deep, before it is settled, a payment waits and goes forward again',
      ),
    },
    {
      name: 'a cancelled payment is a surplus',
      guard: 'what is paid with an invoice that was taken back goes back (ADR 26)',
      file: settling,
      find: 'where payment_id = any(?::uuid[]) and not cancelled order by',
      replace: 'where payment_id = any(?::uuid[]) order by',
      test: api('a payment > is given back when it was cancelled and is paid all the same'),
    },
    {
      name: 'one payment settles an order',
      guard: 'a second payment of an order goes back (ADR 26)',
      file: settling,
      find: 'refund_due = p.refund_due or o.settled_payment_id is distinct from p.payment_id',
      replace: 'refund_due = p.refund_due',
      test: integration('chains')(
        'settles an order on the first chain that pays it, and gives back what another one pays',
      ),
    },
    {
      name: 'written before it is sent',
      guard: 'a service that is killed after it has sent sends no second refund (ADR 27)',
      file: sender,
      find: "if (own.status === 'planned' && own.raw) return { id: own.id, raw: own.raw };",
      replace: 'if (own.raw) return undefined;',
      test: sending('a refund > is sent once by a service that is killed before it has sent it'),
    },
    {
      name: 'one sender an account',
      guard: 'two replicas never use one number for two things (ADR 27)',
      file: sender,
      find: 'const toSend = await exclusively(database, job, (transaction) => this.#round(transaction));',
      replace:
        'const toSend = await database.transaction((transaction) => this.#round(transaction)); void exclusively; void job;',
      test: sending('a refund > is sent once by many replicas'),
    },
    {
      name: 'higher fees',
      guard: 'a transaction that is too cheap for its block does not wait for ever (ADR 27)',
      file: sender,
      find: 'if (waited < this.#options.patienceMs) return undefined;',
      replace: 'if (waited >= 0) return undefined;',
      test: sending('a refund > is sent again with higher fees when blocks have become too dear for it'),
    },
    {
      name: 'a bound for fees',
      guard: 'no more is paid for gas than the chain`s configuration says (ADR 27)',
      file: `${service}/sending/fees.ts`,
      find: 'if (maxFeePerGas > most) return undefined;',
      replace: 'if (most < 0n) return undefined;',
      test: unit(`${service}/sending/fees.test.ts`, 'waits when a replacement would be too dear'),
    },
    {
      name: 'own payments',
      guard: 'nobody sees or touches another customer`s payment',
      file: desk,
      find: 'if (!payment || !maySee(identity, payment)) throw nobodysPayment();',
      replace: 'if (!payment) throw nobodysPayment(); void identity;',
      test: api("a payment > is nobody else's"),
    },
    {
      name: 'own orders',
      guard: 'nobody asks for the payment of another customer`s order',
      file: desk,
      find: 'if (!order || !maySee(identity, order)) throw nobodysOrder();',
      replace: 'if (!order) throw nobodysOrder(); void identity;',
      test: api("a payment > is nobody else's"),
    },
    {
      name: 'refunds are the operator`s',
      guard: 'customers give nothing back to themselves',
      file: `${service}/routes/refund-payment.ts`,
      find: "access: ['operator']",
      replace: "access: ['operator', 'customer']",
      test: api('a payment > is refunded by operators only, and only when it is due'),
    },
    {
      name: 'stale prices',
      guard: 'no invoice is made with a price that nobody stands for any more',
      file: `${service}/chain/price-feed.ts`,
      find: "if (now.getTime() - updatedAt.getTime() > rules.maxAgeMs) refuse('too old');",
      replace: '',
      test: api('a price > is refused when it is stale, in an invoice too'),
    },
    {
      name: 'no demo wallet elsewhere',
      guard: 'the wallet that pays for everybody is on a developer`s machine only (ADR 28)',
      file: `${service}/config.ts`,
      find: "deploymentOf(config.OTEL_RESOURCE_ATTRIBUTES) === 'local' ? config.DEMO_WALLET_KEY : undefined",
      replace: 'deploymentOf(config.OTEL_RESOURCE_ATTRIBUTES) ? config.DEMO_WALLET_KEY : undefined',
      test: unit(`${service}/config.test.ts`, 'has no demo wallet in production'),
    },
    {
      name: 'a surplus is no business of the order',
      guard: 'a payment that goes back confirms and refunds nothing in the order book (ADR 26)',
      file: 'services/consumer/domain/commands.ts',
      find: 'if (payment.surplus) return undefined;',
      replace: '',
      test: unit(
        'services/consumer/domain/payments.test.ts',
        'does nothing to an order > when a surplus is settled',
      ),
    },
    {
      name: 'paid on no chain',
      guard: 'reconciliation finds what was served for nothing',
      file: 'scripts/reconcile/payment-rules.ts',
      find: "chainPayments.some(({ state }) => state !== 'unpaid')",
      replace: 'chainPayments.length > 0',
      test: unit(
        'scripts/reconcile/payment-rules.test.ts',
        'finds paid by crypto without a payment on a chain',
      ),
    },
    {
      name: 'a quiet chain is kept',
      guard: 'a chain that is killed is soon as long as it was: payments wait for that',
      file: 'infrastructure/anvil/start.sh',
      find: `  [ $((seen - written)) -lt "$save_blocks" ] || found=0\n`,
      replace: '',
      test: integration('chain-container')(
        'forgets few blocks when it is killed, though none has a transaction',
      ),
    },
    {
      name: 'whole amounts',
      guard: 'money has no fractions: amounts are rounded up by less than one unit',
      file: `${service}/domain/money.ts`,
      find: '(dividend + divisor - 1n) / divisor',
      replace: 'dividend / divisor',
      test: unit(
        `${service}/domain/money.test.ts`,
        'converts cents at a price, rounded up by less than one unit',
      ),
    },
  ],
};
