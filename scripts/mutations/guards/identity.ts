import type { Family, NamedTest } from '../mutation.ts';

const verifier = 'platform/identity/token-verifier.ts';
const configuration = 'platform/config/identity.ts';
const token = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/identity/token-verifier.test.ts',
  name,
});
const secret = (what: string): NamedTest => token(`a shared secret > refuses a token with ${what}`);
const access = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/http/access.test.ts',
  name,
});
const matrix = (name: string): NamedTest => ({
  project: 'unit',
  file: 'scripts/contracts/access-matrix.test.ts',
  name,
});
const config = (name: string): NamedTest => ({
  project: 'unit',
  file: 'platform/config/identity.test.ts',
  name,
});

// What a verifier does that believes what a token says.
const believing = {
  file: verifier,
  find: `typeof this.#key === 'function'
          ? await jwtVerify(token, this.#key, options)
          : await jwtVerify(token, this.#key, options);`,
  replace: '{ payload: JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) };',
};

/** Whoever asks is who she says she is, and gets no further than she may. */
export const identity: Family = {
  name: 'identity',
  mutations: [
    {
      name: 'alg none',
      guard: "a token without a signature is nobody's (RFC 8725, section 2.1)",
      ...believing,
      test: secret('alg none with good claims'),
    },
    {
      name: 'RS/HS confusion',
      guard: 'a public key is no shared secret (RFC 8725, section 2.1)',
      ...believing,
      test: token('the keys of an issuer > are no shared secret'),
    },
    {
      name: 'changed claims',
      guard: 'claims are what the issuer signed',
      ...believing,
      test: token('a shared secret > refuses claims that were changed'),
    },
    {
      name: 'algorithm',
      guard: 'the algorithm is the configured one, whatever a token says (RFC 8725, section 3.1)',
      file: verifier,
      find: '      algorithms: [keys.algorithm],\n',
      replace: '',
      test: secret('another algorithm with the right secret'),
    },
    {
      name: 'issuer',
      guard: 'a token is of our issuer (RFC 8725, section 3.8)',
      file: verifier,
      find: '      issuer,\n',
      replace: '',
      test: secret('another issuer'),
    },
    {
      name: 'audience',
      guard: 'a token is for us (RFC 8725, section 3.9)',
      file: verifier,
      find: '      audience,\n',
      replace: '',
      test: secret('another audience'),
    },
    {
      name: 'expiry',
      guard: 'a token that is over opens nothing, however wrong the clocks may be',
      file: verifier,
      find: 'clockTolerance: clockToleranceMs / 1_000',
      replace: 'clockTolerance: 1e9',
      test: token('a shared secret > says that a token has expired, when the clocks can not be the reason'),
    },
    {
      name: 'an end',
      guard: 'no token is good for ever',
      file: 'contracts/access-token.ts',
      find: 'exp: z.int(),',
      replace: 'exp: z.int().default(9e9),',
      test: secret('no end'),
    },
    {
      name: 'foreign roles',
      guard: 'a role of another platform means nothing here',
      file: 'contracts/access-token.ts',
      find: 'names.filter(isRole)',
      replace: 'names as Role[]',
      test: token('knows only the roles of this platform'),
    },
    {
      name: 'keys away',
      guard: 'a token is not called wrong because its issuer is away',
      file: verifier,
      find: 'return isAboutKeys(error) ? keysAway(error) : notValid(error);',
      replace: 'return notValid(error);',
      test: token(
        'the keys of an issuer > are not doubted because they can not be fetched: that is no fault of the bearer',
      ),
    },
    {
      name: 'roles',
      guard: 'a role opens what is for it, and nothing else',
      file: 'platform/identity/admit.ts',
      find: 'requireRole(identity, ...access);',
      replace: 'void requireRole;',
      test: access('another role is 403'),
    },
    {
      name: 'before the body',
      guard: 'nothing is read for who may not send it',
      file: 'platform/http/guard.ts',
      find: `    const identity = await letIn(route, ctx, options, address);
    ctx.state.identity = identity;
    const input = await validated(route, ctx, options.maxBodyBytes);
`,
      replace: `    const input = await validated(route, ctx, options.maxBodyBytes);
    const identity = await letIn(route, ctx, options, address);
    ctx.state.identity = identity;
`,
      test: access('without a good token > nothing is said of the request, and nothing of it is read'),
    },
    {
      name: 'verifier is there',
      guard: 'a service that can not know who asks has no routes that need it',
      file: 'platform/http/app.ts',
      find: 'if (restricted) throw',
      replace: 'if (restricted && routes.length < 0) throw',
      test: access('an application without a verifier has no routes that need one'),
    },
    {
      name: 'a route that is opened',
      guard: 'whom a route is for was decided; its document alone would follow it',
      file: 'services/streams/routes/live.ts',
      find: "access: ['operator'],",
      replace: "access: ['customer', 'operator'],",
      test: matrix('is the one that was decided on for streams'),
    },
    {
      name: 'the guard of roles',
      guard: 'every route of every service is closed to other roles',
      file: 'platform/identity/admit.ts',
      find: "if (access !== 'anyone' && identity)",
      replace: "if (access !== 'anyone' && identity?.subject === '')",
      test: matrix('web3-payment: POST /v1/payments/{id}/refund > customer, owner: false'),
    },
    {
      name: 'the guard of owners',
      guard: 'what is of somebody else is nothing for a customer, by every route',
      file: 'services/producer/domain/ownership.ts',
      find: 'seesAll(identity) || order',
      replace: 'seesAll(identity) || order.id || order',
      test: matrix('producer: GET /v1/orders/{id} > customer, owner: false'),
    },
    {
      name: 'weak secret',
      guard: "a secret that can be guessed is refused outside of a developer's machine",
      file: configuration,
      find: 'else if (!local && isGuessable(JWT_SECRET))',
      replace: 'else if (JWT_SECRET.length < 1)',
      test: config('the secret of tokens > short is refused unless it is local'),
    },
    {
      name: 'keys by https',
      guard: 'the keys of an issuer can not be changed on their way',
      file: configuration,
      find: "!JWT_JWKS_URL.startsWith('https:')",
      replace: "!JWT_JWKS_URL.startsWith('http')",
      test: config('keys of an issuer > come by https unless it is local'),
    },
  ],
};
