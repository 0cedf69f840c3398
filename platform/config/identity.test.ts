import { randomBytes } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { createVerifier, identityShape, requireSafeIdentity } from './identity.ts';
import { loadConfig } from './load-config.ts';
import { withTls } from './tls.ts';

const schema = withTls(identityShape).superRefine(requireSafeIdentity);
const at = (deployment: string | undefined, variables: Record<string, string>) =>
  loadConfig(schema, {
    ...(deployment ? { OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${deployment}` } : {}),
    ...variables,
  });
const made = randomBytes(32).toString('base64url');
const elsewhere = ['staging', 'production', 'test', undefined];

describe('the secret of tokens', () => {
  it('has to be there', () => {
    expect(() => at('local', {})).toThrow(/JWT_SECRET: must be set/);
  });

  it('is good anywhere when bootstrap made it', () => {
    for (const deployment of ['local', ...elsewhere])
      expect(at(deployment, { JWT_SECRET: made }).JWT_SECRET).toBe(made);
  });

  // Guard: whoever guesses it can be anybody.
  test.each([
    ['short', 'Zk3-x9Qw7Rt2Lp5Vb8Nm4'],
    ['one that stands in examples', 'your-256-bit-secret-that-is-long-enough'],
    ['a default', 'change-me-change-me-change-me-change-me'],
    ['of few characters', 'ab'.repeat(30)],
  ])('%s is refused unless it is local', (_, JWT_SECRET) => {
    for (const deployment of elsewhere)
      expect(() => at(deployment, { JWT_SECRET }), deployment).toThrow(/JWT_SECRET: can be guessed/);
    expect(at('local', { JWT_SECRET }).JWT_SECRET).toBe(JWT_SECRET);
  });

  it('is never shown', () => {
    expect(() => at('production', { JWT_SECRET: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }),
    );
  });
});

describe('keys of an issuer', () => {
  const RS256 = { JWT_ALGORITHM: 'RS256' };

  it('have an address', () => {
    expect(() => at('local', { ...RS256, JWT_SECRET: made })).toThrow(/JWT_JWKS_URL: must be set/);
  });

  // Guard: whoever can change the keys on their way can be anybody.
  it('come by https unless it is local', () => {
    const plain = { ...RS256, JWT_JWKS_URL: 'http://issuer.example/keys' };
    for (const deployment of elsewhere)
      expect(() => at(deployment, plain), deployment).toThrow(/JWT_JWKS_URL: must be https/);
    expect(createVerifier(at('local', plain))).toBeDefined();
    expect(
      createVerifier(at('production', { ...RS256, JWT_JWKS_URL: 'https://issuer.example/keys' })),
    ).toBeDefined();
  });
});

it('knows no other algorithm', () => {
  for (const JWT_ALGORITHM of ['none', 'HS512', 'rs256'])
    expect(() => at('local', { JWT_ALGORITHM, JWT_SECRET: made })).toThrow(
      /JWT_ALGORITHM: must be HS256 or RS256/,
    );
});
