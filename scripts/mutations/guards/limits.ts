import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file, name });
const api = unit('platform/http/rate-limit.test.ts');
const remembered = unit('platform/identity/remembering-verifier.test.ts');
const shared = (name: string): NamedTest => ({
  project: 'integration',
  file: 'platform/redis/tests/rate-limiter.test.ts',
  name,
});
const guard = 'platform/http/guard.ts';
const rateLimit = 'platform/http/rate-limit.ts';
const limiter = 'platform/redis/rate-limiter.ts';

/** Nobody asks more often than she may, and tokens can't be tried without a limit. */
export const limits: Family = {
  name: 'limits',
  mutations: [
    {
      name: 'of each identity',
      guard: 'who is signed in has a limit of her own',
      file: guard,
      find: '  await limit(identity);\n',
      replace: '',
      test: api('a limit > is of each identity, and says what is left'),
    },
    {
      name: 'not of all identities',
      guard: "nobody uses up what is another one's",
      file: rateLimit,
      find: 'const key = identity === undefined ?',
      replace: "const key = identity === undefined || address !== '' ?",
      test: api('a limit > is of each identity, and says what is left'),
    },
    {
      name: 'of those who try tokens',
      guard: 'tokens can not be tried without a limit',
      file: guard,
      find: '    await limit();\n',
      replace: '',
      test: api('a limit > is of an address for all who are not signed in'),
    },
    {
      name: 'before the role',
      guard: 'what is refused counts as well',
      file: guard,
      find: '  await limit(identity);\n  admit(access, identity);\n',
      replace: '  admit(access, identity);\n  await limit(identity);\n',
      test: api('a limit > counts what a role does not allow'),
    },
    {
      name: 'probes',
      guard: 'probes tell "busy" from "dead"',
      file: guard,
      find: 'if (limiter && !isProbe(path))',
      replace: 'if (limiter)',
      test: api('a limit > does not count probes'),
    },
    {
      name: 'networks',
      guard: 'a client of IPv6 has one limit, not one for each of its addresses',
      file: rateLimit,
      find: 'if (!isIPv6(address)) return address;',
      replace: 'if (address !== "") return address;',
      test: api('2001:db8:1:2:3:4:5:6 counts as 2001:db8:1:2::/64'),
    },
    {
      name: 'of all replicas',
      guard: 'the limit is of the platform, not of each replica',
      file: limiter,
      find: 'const shared = redis &&',
      replace: 'const shared = redis?.status === "end" &&',
      test: shared('counts for all replicas together'),
    },
    {
      name: 'of every service',
      guard: 'no service is without a limit (ADR 24)',
      file: 'services/web3-payment/app.ts',
      find: '    limiter,\n    messaging',
      replace: '    messaging',
      test: unit('scripts/contracts/access-matrix.test.ts')(
        'web3-payment: GET /v1/payments/{id} > is limited, unless it is a probe',
      ),
    },
    {
      name: 'insurance',
      guard: 'without Redis nobody is unlimited and nobody is refused',
      file: limiter,
      find: '(await takeFrom(memory, key)) as Quota',
      replace: '{ allowed: true, limit: points, remaining: points, windowSeconds, resetSeconds: 1 }',
      test: shared('counts by itself while Redis is away, and at once'),
    },
    {
      name: 'end of what is remembered',
      guard: 'what is remembered opens nothing beyond the end of a token',
      file: 'platform/identity/remembering-verifier.ts',
      find: 'Math.min(identity.expiresAt, this.#now() + rememberedMs)',
      replace: 'this.#now() + rememberedMs',
      test: remembered('a token is not remembered beyond its end'),
    },
    {
      name: 'bounded memory',
      guard: 'tokens that are made up do not fill the memory',
      file: 'platform/identity/remembering-verifier.ts',
      find: 'if (this.#known.size > mostRemembered) this.#forgetOldest();',
      replace: '',
      test: remembered('no more are remembered than fit'),
    },
  ],
};
