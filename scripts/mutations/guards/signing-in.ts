import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const api = unit('services/producer/identity/identity.test.ts');
const passwords = unit('services/producer/identity/passwords.test.ts');
const owners = unit('services/producer/ownership.test.ts');
const address = unit('platform/http/client-address.test.ts');
const stored = (name: string): NamedTest => ({
  project: 'integration',
  file: 'services/producer/tests/identity-store.test.ts',
  name,
});
const signIn = 'services/producer/identity/sign-in.ts';
const store = 'services/producer/identity/database/postgres-identity-store.ts';
const migrations = 'services/producer/identity/database/migrations.ts';
const ownership = 'services/producer/domain/ownership.ts';
const clientAddress = 'platform/http/client-address.ts';
const enumeration = api('nobody finds out who has an account');

/** Who gets in, and whose things she gets at. */
export const signingIn: Family = {
  name: 'signing in',
  mutations: [
    {
      name: 'passwords are compared',
      guard: 'only the right password lets somebody in',
      file: 'services/producer/identity/passwords.ts',
      find: 'return timingSafeEqual(derived, digest) && hash !== undefined;',
      replace: 'return hash !== undefined;',
      test: passwords('a password is known again, and another one is not'),
    },
    {
      name: 'the same time without an account',
      guard: 'nobody finds out by the clock who has an account',
      file: 'services/producer/identity/passwords.ts',
      find: 'this.#decoy ??=',
      replace: 'if (hash === undefined) return false;\n    this.#decoy ??=',
      test: passwords('without an account it takes as long, and is never right'),
    },
    {
      name: 'a few at a time',
      guard: 'orders do not wait behind people who sign in',
      file: 'services/producer/identity/passwords.ts',
      find: 'if (this.#waiting.length >= mostWaiting) {',
      replace: 'if (this.#waiting.length < 0) {',
      test: passwords('a crowd waits for its turn, and beyond that is told to come later'),
    },
    {
      name: 'the same answer without an account',
      guard: 'nobody finds out by an answer who has an account',
      file: signIn,
      find: '    const account = await store.findAccount(username);\n',
      replace:
        "    const account = await store.findAccount(username);\n    if (!account) throw new AppError('not-found', 'There is no such account.');\n",
      test: enumeration,
    },
    {
      name: 'lock-out',
      guard: 'a locked name lets nobody in',
      file: signIn,
      find: 'if (lockedMs > 0) {',
      replace: 'if (lockedMs < 0) {',
      test: api(
        'a wrong attempt > is not even looked at while the name is locked, and neither is a right one',
      ),
    },
    {
      name: 'backoff',
      guard: 'each failure locks a name for longer',
      file: store,
      find: "interval '1 second' * power(2, least(known.failures - 4, 20))",
      replace: "interval '1 second'",
      test: stored('attempts > lock a name for longer each time'),
    },
    {
      name: 'attempts at the same time',
      guard: 'guesses that come all at once count as well',
      file: store,
      find: '  where known.locked_until <= now()\n',
      replace: '',
      test: stored('attempts > at the same time are no more than five'),
    },
    {
      name: 'failures are told',
      guard: 'who was not let in is in identity-events.v1',
      file: signIn,
      find: '    this.#tell(signInFailedMessage({ ...data, occurredAt: now().toISOString() }));\n',
      replace: '    void [data, now, signInFailedMessage];\n',
      test: api('a wrong attempt > is refused, counted, and told of without a name in it'),
    },
    {
      name: 'pseudonyms',
      guard: 'no name of a person is in what is told to others',
      file: 'services/producer/identity/identity.ts',
      find: 'pseudonym: (text) => pseudonymOf(secret, text),',
      replace: "pseudonym: (text) => text.concat(pseudonymOf(secret, '').slice(32)),",
      test: api('a wrong attempt > is refused, counted, and told of without a name in it'),
    },
    {
      name: 'reuse ends the session',
      guard: 'a refresh token that was used twice was stolen: nobody goes on with it (RFC 9700)',
      file: store,
      find: "    await transaction.raw('update identity.sessions set ended_at = now() where id = ?', [row.session_id]);\n",
      replace: '',
      test: stored('sessions > end when a token comes a second time, with every token that followed from it'),
    },
    {
      name: 'one successor',
      guard: 'of two that come with one token at most one gets another',
      file: store,
      find: 'where hash = ? and used_at is null',
      replace: 'where hash = ?',
      test: stored('sessions > give one successor, whoever comes at the same time'),
    },
    {
      name: 'sessions end',
      guard: 'a session that is over gives no tokens',
      file: store,
      find: ' and session.ended_at is null and session.expires_at > now()',
      replace: '',
      test: stored('sessions > end by signing out and by age'),
    },
    {
      name: 'a role of its own',
      guard: 'the rest of the producer can not read accounts (least privilege)',
      file: migrations,
      find: 'grant usage on schema identity to identity;',
      replace: 'grant usage on schema identity to identity, producer;',
      test: stored('rights > the role of the producer sees nothing of it'),
    },
    {
      name: 'no change of passwords',
      guard: 'the role of identity changes roles and nothing else of an account',
      file: migrations,
      find: 'grant update (roles) on identity.accounts to identity;',
      replace: 'grant update on identity.accounts to identity;',
      test: stored('rights > the role of identity changes no password and no name, and removes no account'),
    },
    {
      name: 'no say in roles',
      guard: 'nobody makes herself an operator (mass assignment)',
      file: 'contracts/http/identity.ts',
      find: 'export const registration = z.strictObject({',
      replace: 'export const registration = z.object({',
      test: api('an account > has no say in {"roles":["operator"]}'),
    },
    {
      name: 'operators give roles',
      guard: 'nobody makes herself an operator',
      file: 'services/producer/identity/routes/assign-roles.ts',
      find: "access: ['operator'],",
      replace: "access: ['customer', 'barista', 'operator'],",
      test: api('roles > are given by nobody else'),
    },
    {
      name: "another customer's order",
      guard: 'a customer sees her own orders (object-level authorization)',
      file: ownership,
      find: '(seesAll(identity) || order.customerId === identity.subject)',
      replace: '(seesAll(identity) || order.customerId !== "")',
      test: owners('an order > of somebody else is nowhere: GET'),
    },
    {
      name: "another customer's list",
      guard: 'a customer lists her own orders (object-level authorization)',
      file: 'services/producer/routes/list-orders.ts',
      find: ": ownCustomerId(identity, query.customerId, 'query.customerId');",
      replace: ': (query.customerId ?? void ownCustomerId);',
      test: owners("the list of orders > of a customer is of that customer's"),
    },
    {
      name: 'mass assignment',
      guard: 'an order is of who signed in, not of whom its body names',
      file: 'services/producer/routes/place-order.ts',
      find: "ownCustomerId(identity, body.customerId, 'body.customerId')",
      replace: "(body.customerId ?? ownCustomerId(identity, undefined, ''))",
      test: owners('an order > is of who signed in'),
    },
    {
      name: 'cancelling blindly',
      guard: 'while it is not known whose an order is, it is not cancelled',
      file: 'services/producer/order-actions.ts',
      find: 'if (seesAll(identity) && error instanceof',
      replace: 'if (error instanceof',
      test: owners('an order > is not cancelled while it is not known whose it is'),
    },
    {
      name: 'the edge by its name',
      guard: 'only the edge is believed when it says for whom it asks',
      file: clientAddress,
      find: '?.CN === proxyName',
      replace: ' !== undefined',
      test: address(
        'the address of a client > is that of its connection for everybody else, whatever they say',
      ),
    },
    {
      name: 'the edge by our authority',
      guard: 'a certificate that anybody can make proves nothing',
      file: clientAddress,
      find: 'socket.authorized && ',
      replace: '',
      test: address(
        'the address of a client > is that of its connection for everybody else, whatever they say',
      ),
    },
  ],
};
